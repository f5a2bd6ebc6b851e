// SPDX-License-Identifier: GPL-3.0-or-later
// The channel into a node of a real lab host, as root, held to what every channel does.
#include "lab_under_test.h"

#include <core/channel/labhost_channel.h>
#include <tests/contract/node_channel_contract.h>
#include <tests/fakes/both_ways.h>

#include <QTest>

#include <csignal>

using namespace podleaf;

namespace {

QString q(const char* source) {
    return QString::fromLatin1(source);
}

class LabhostNode final : public contract::PreparedNode {
public:
    explicit LabhostNode(std::unique_ptr<LabUnderTest> lab) : m_lab(std::move(lab)), m_channel(m_lab->engine().channel(NodeId(q("a")))) {}

    /// Makes the folder and starts nginx.
    Result<> furnish() {
        OpContext context = soon();
        const QByteArray config = "daemon off; events {} http { keepalive_timeout 0; server { listen 127.0.0.1:8080;"
                                  " listen unix:/run/server.sock; return 200 hello; } }\n";
        if (auto done = m_channel->upload(context, q("/etc/contract.conf"), config, 0644); !done) {
            return done;
        }
        if (auto done = m_channel->exec(context, {{q("mkdir"), folder()}, {}, {}}); !done) {
            return fail(done.error());
        }
        return m_lab->engine().startService(context, NodeId(q("a")),
                                            {q("nginx"), {q("nginx"), q("-c"), q("/etc/contract.conf")}, q("tcp:8080")});
    }
    channel::NodeChannel& channel() override { return *m_channel; }
    std::unique_ptr<channel::NodeChannel> channelToNobody() override {
        return std::make_unique<channel::LabhostChannel>([this](OpContext&) { return m_lab->connect(); }, q("nobody"));
    }
    [[nodiscard]] QString folder() const override { return q("/root/contract"); }
    [[nodiscard]] QString serverPath() const override { return q("/run/server.sock"); }
    [[nodiscard]] std::uint16_t serverPort() const override { return 8080; }
    void takeAway() override { ::kill(static_cast<pid_t>(m_lab->nodeInit()), SIGKILL); }

private:
    std::unique_ptr<LabUnderTest> m_lab;
    std::shared_ptr<channel::NodeChannel> m_channel;
};

} // namespace

class TestLabhostChannel final : public contract::NodeChannelContract {
    Q_OBJECT

protected:
    std::unique_ptr<contract::PreparedNode> prepareNode() override {
        auto lab = LabUnderTest::start({q("a")});
        if (!lab) {
            qWarning("%s", qPrintable(describe(lab.error())));
            return nullptr;
        }
        auto node = std::make_unique<LabhostNode>(*std::move(lab));
        if (auto done = node->furnish(); !done) {
            qWarning("%s", qPrintable(describe(done.error())));
            return nullptr;
        }
        return node;
    }
};

PODLEAF_BOTH_WAYS_MAIN(TestLabhostChannel)
#include "tst_labhost_channel.moc"
