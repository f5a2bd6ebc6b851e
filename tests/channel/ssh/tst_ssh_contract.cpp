// SPDX-License-Identifier: GPL-3.0-or-later
// The channel over a real sshd, held to what every channel does. The node is this machine, by its loopback.
#include "ssh_server.h"
#include "web_server.h"

#include <core/channel/ssh_channel.h>
#include <tests/contract/node_channel_contract.h>

#include <QTest>

#include <unistd.h>

using namespace podleaf;

namespace {

class SshNode final : public contract::PreparedNode {
public:
    SshNode() : m_channel(m_server.target()) {}

    [[nodiscard]] QString problem() const { return m_server.problem() + m_web.problem(); }
    channel::NodeChannel& channel() override { return m_channel; }
    std::unique_ptr<channel::NodeChannel> channelToNobody() override {
        channel::SshTarget target = m_server.target();
        target.port = 9; // discard: nobody listens
        return std::make_unique<channel::SshChannel>(target);
    }
    [[nodiscard]] QString folder() const override { return m_folder.path(); }
    [[nodiscard]] QString serverPath() const override { return m_web.socketPath(); }
    [[nodiscard]] std::uint16_t serverPort() const override { return m_web.port(); }
    [[nodiscard]] QString whyNoTerminals() const override {
        return ::geteuid() == 0 ? QString() : QStringLiteral("An sshd of an ordinary user cannot give terminals away.");
    }
    void takeAway() override { m_server.kill(); }

private:
    tests::SshServer m_server;
    tests::WebServer m_web;
    QTemporaryDir m_folder;
    channel::SshChannel m_channel;
};

} // namespace

class TestSshContract final : public contract::NodeChannelContract {
    Q_OBJECT

protected:
    std::unique_ptr<contract::PreparedNode> prepareNode() override {
        auto node = std::make_unique<SshNode>();
        if (!node->problem().isEmpty()) {
            qWarning("%s", qPrintable(node->problem()));
            return nullptr;
        }
        return node;
    }
};

QTEST_GUILESS_MAIN(TestSshContract)
#include "tst_ssh_contract.moc"
