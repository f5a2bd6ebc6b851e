// SPDX-License-Identifier: GPL-3.0-or-later
// readOn over a real store and a scripted wait: a window or a command that opens a lab that runs reads for as long as
// something comes, and gives up those who do not answer.
#include <core/session/read_on.h>
#include <tests/fakes/running_lab.h>

#include <QTest>

using namespace podleaf;
using namespace std::chrono_literals;
using session::Picture;

namespace {

constexpr auto kPatience = 5s;

Error timeout() {
    return {ErrorCode::Timeout, QStringLiteral("Not in time."), {}, {}, {}};
}

/// A lab's store, and what comes into it each time it is waited for.
struct ComingLab {
    model::Lab lab = fakes::tutorialLab();
    state::StateStore store{lab, fakes::seedsOf(lab)};
    std::uint32_t known = 0;
    int waits = 0;

    /// Pushes so many routes, and waits until the snapshot has them.
    void come(std::uint32_t routes) {
        store.push({fakes::kStartMs, state::NodeSeen{fakes::node("leaf1"), true}});
        for (std::uint32_t i = 0; i < routes; ++i) {
            const Ipv4Prefix to{Ipv4Address{0x0a000000U + known++ * 256}, 24};
            store.push({fakes::kStartMs, fakes::bgpRoute(fakes::node("leaf1"), to, fakes::address("172.16.0.2"), QStringLiteral("swp1"))});
        }
        OpContext context;
        context.deadline = Clock::now() + 20s;
        const auto all = store.waitUntil(
            context, [this](const state::LabState& now) { return now.nodes.at(fakes::node("leaf1")).routes.size() == known; });
        QVERIFY(all.has_value());
    }
    /// `routes`: what comes in each wait that ends by its deadline; after these, the picture is whole.
    Result<Picture> read(const OpContext& context, std::vector<std::uint32_t> routes) {
        return session::readOn(context, store, kPatience, [this, routes = std::move(routes)](OpContext& once) -> Result<> {
            const auto left = once.deadline - Clock::now();
            if (left > kPatience || once.deadline == Clock::time_point::max()) {
                return fail(ErrorCode::Failed, QStringLiteral("It would wait for longer than its patience."));
            }
            if (static_cast<std::size_t>(waits) == routes.size()) {
                ++waits;
                return {};
            }
            come(routes[static_cast<std::size_t>(waits++)]);
            return fail(timeout());
        });
    }
};

} // namespace

class ReadOnTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads_data();
    void reads();
    void itsOwnTimeIsTheEnd();
    void otherErrorsEndIt();
    void aStopEndsIt();
};

void ReadOnTest::reads_data() {
    QTest::addColumn<QList<int>>("come");
    QTest::addColumn<int>("waits");
    QTest::addColumn<bool>("whole");
    QTest::newRow("all is there") << QList<int>{} << 1 << true;
    QTest::newRow("much is coming for long") << QList<int>{1500, 1000, 3000} << 4 << true;
    QTest::newRow("nobody answers") << QList<int>{0, 0, 0} << 1 << false;
    QTest::newRow("some do not answer") << QList<int>{1500, 999, 0} << 2 << false;
}

void ReadOnTest::reads() {
    QFETCH(const QList<int>, come);
    ComingLab lab;
    const auto picture = lab.read(OpContext(), std::vector<std::uint32_t>(come.begin(), come.end()));
    QVERIFY2(picture.has_value(), picture ? "" : qPrintable(describe(picture.error())));
    QTEST(lab.waits, "waits");
    QTEST(*picture == Picture::Whole, "whole");
}

void ReadOnTest::itsOwnTimeIsTheEnd() {
    ComingLab lab;
    OpContext context;
    context.deadline = Clock::now();
    const auto picture = lab.read(context, {2000, 2000, 2000});
    QVERIFY(picture.has_value() && *picture == Picture::Partial);
    QCOMPARE(lab.waits, 1);
}

void ReadOnTest::otherErrorsEndIt() {
    ComingLab lab;
    const auto picture = session::readOn(OpContext(), lab.store, kPatience,
                                         [](OpContext&) { return fail(ErrorCode::Unreachable, QStringLiteral("Gone.")); });
    QVERIFY(!picture && picture.error().code == ErrorCode::Unreachable);
}

/// The wait itself sees the stop, as a window's does that is closed meanwhile.
void ReadOnTest::aStopEndsIt() {
    ComingLab lab;
    std::stop_source stop;
    OpContext context;
    context.stop = stop.get_token();
    int waits = 0;
    const auto picture = session::readOn(context, lab.store, kPatience, [&](OpContext& once) -> Result<> {
        lab.come(2000);
        if (++waits == 2) {
            stop.request_stop();
        }
        auto go = once.checkpoint();
        return go ? fail(timeout()) : go;
    });
    QVERIFY(!picture && picture.error().code == ErrorCode::Cancelled);
    QCOMPARE(waits, 2);
}

QTEST_GUILESS_MAIN(ReadOnTest)
#include "tst_read_on.moc"
