// SPDX-License-Identifier: GPL-3.0-or-later
// A lab of a real podleaf-labhost in a temporary run folder, for one test: its engine, clients and processes.
// The test's thread, where not said.
#pragma once

#include <core/channel/labhost_client.h>
#include <core/engine/namespaces/namespace_engine.h>
#include <tests/fakes/outcome.h>

#include <QTemporaryDir>

namespace podleaf {

/// A context that ends before a hung test does.
OpContext soon();

class LabUnderTest {
public:
    /// Starts the lab host and in it nodes of these names, without cables. Ends when the object does.
    static Result<std::unique_ptr<LabUnderTest>> start(const QStringList& nodes);
    ~LabUnderTest();
    LabUnderTest(const LabUnderTest&) = delete;
    LabUnderTest& operator=(const LabUnderTest&) = delete;

    [[nodiscard]] engine::NamespaceEngine& engine() { return *m_engine; }
    [[nodiscard]] QString socketPath() const;
    /// A connection of its own. Any thread.
    Result<std::shared_ptr<channel::LabhostClient>> connect(channel::LabhostClient::EventHandler handler = {}) const;
    /// The lab host's pid 1, as seen from here; 0 when it is gone. Any thread.
    [[nodiscard]] qint64 pidOne() const;
    /// The init of the only node, as seen from here. Any thread.
    [[nodiscard]] qint64 nodeInit() const;
    /// kill -9 of the outer process; returns when it and everything below it have ended.
    void killLabhost();

private:
    LabUnderTest() = default;

    QTemporaryDir m_folder;
    std::unique_ptr<engine::NamespaceEngine> m_engine;
};

} // namespace podleaf
