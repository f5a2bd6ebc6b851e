// SPDX-License-Identifier: GPL-3.0-or-later
// What every NodeChannel must do, as one suite. A test of an implementation derives from it, makes nodes, and
// is run with QTEST_GUILESS_MAIN; nothing else belongs in that class. All on the test's thread, where not said.
#pragma once

#include <core/channel/node_channel.h>

#include <QObject>

#include <memory>

namespace podleaf::contract {

/// A node that stands, for one test function; its destruction takes it down. The node has the ordinary programs
/// (sh, cat, env, head, sleep, stat, stty, tty, pgrep), and an HTTP server that answers GET / with the body "hello" and closes.
class PreparedNode {
public:
    virtual ~PreparedNode() = default;
    /// The way in, for several threads at once.
    virtual channel::NodeChannel& channel() = 0;
    /// The same sort of channel to a node that does not exist.
    virtual std::unique_ptr<channel::NodeChannel> channelToNobody() = 0;
    /// An absolute path in the node: an existing, empty, writable folder.
    [[nodiscard]] virtual QString folder() const = 0;
    /// Where the HTTP server listens, on a Unix socket and on a port of the node's loopback.
    [[nodiscard]] virtual QString serverPath() const = 0;
    [[nodiscard]] virtual std::uint16_t serverPort() const = 0;
    /// Why nothing can be run on a terminal here, for QSKIP; empty where it can.
    [[nodiscard]] virtual QString whyNoTerminals() const { return {}; }
    /// Ends the node at once, as a power cut would; the channel stays. Called from any thread.
    virtual void takeAway() = 0;
};

class NodeChannelContract : public QObject {
    Q_OBJECT

protected:
    /// Makes a node, or nullptr with a QFAIL or QSKIP of its own.
    virtual std::unique_ptr<PreparedNode> prepareNode() = 0;

private:
    Result<channel::CommandResult> run(const QStringList& argv, const QByteArray& input = {});
    bool waitForSleeper(bool running);
    [[nodiscard]] QString path(const char* name) const;

    std::unique_ptr<PreparedNode> m_node;

private Q_SLOTS:
    void init();
    void cleanup();

    void execTellsOutputAndExitStatus();
    void execTellsTheSignalThatEndedAProgram();
    void execPassesArgumentsAsTheyAre();
    void execAddsToTheEnvironment();
    void execGivesTheInput_data();
    void execGivesTheInput();
    void execWithoutInputIsAtItsEnd();
    void execCutsEachOutputAtTheLimit();
    void execKeepsBigOutputsApart();
    void execOfAMissingProgramIsNotFound();
    void execEndsWithItsContext_data();
    void execEndsWithItsContext();
    void execServesThreadsAtOnce();
    void execOnUsesTheCallersDescriptors();

    // node_channel_contract_terminals.cpp
    void aShellHasItsTerminal();
    void aTerminalsNewSizeIsSignalled();
    void aTerminalsInterruptLeavesTheShell();
    void aTerminalShowsItsProgramAndNoMore();
    void aTerminalIsLeftAsItWas();
    void aShellEndsWithItsContext();

    void uploadComesBack_data();
    void uploadComesBack();
    void uploadReplacesAndSetsTheMode();
    void uploadMakesFolders();
    void downloadStopsAtTheLimit();
    void downloadOfWhatIsNoFileFails();

    void connectReachesTheServer_data();
    void connectReachesTheServer();
    void connectToNobodyFails();

    void anEndedContextDoesNothing_data();
    void anEndedContextDoesNothing();
    void aNodeThatDoesNotExistIsAnError();
    void aNodeThatGoesAwayEndsWhatIsUnderWay();
    void aNodeThatWentAwayIsAnError();
};

} // namespace podleaf::contract
