// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated labs for tests: their text, and a session of one that is brought up and down. Any thread.
#pragma once

#include <core/session/lab_session.h>
#include <tests/fakes/outcome.h>

#include <QTest>

namespace podleaf::test {

inline OpContext soon() {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(20);
    return context;
}

/// Two leaves with a host each below a spine, a pod on either host. `head` has keys of its own.
inline QByteArray smallLab(const QByteArray& head = "engine: simulated\n") {
    return "name: small\n" + head +
           "fabric: {spines: 1, leaves: 2, hosts-per-leaf: 1}\n"
           "workloads: {web: {replicas: 2}}\n"
           "tests: {web: {to: web}}\n";
}

inline labfile::LabSource sourceOf(const QByteArray& text) {
    return {QStringLiteral("/labs/small.yaml"), text, labfile::parse(text)};
}

inline std::unique_ptr<session::LabSession> openIn(const QString& folder, const labfile::LabSource& source) {
    auto opened = session::LabSession::open(source, {QStringLiteral("/nowhere/podleaf-labhost"), folder + QStringLiteral("/run")});
    return opened ? *std::move(opened) : nullptr;
}

inline Result<> up(session::LabSession& session) {
    OpContext context = soon();
    auto plan = session.planUp(context);
    if (!plan) {
        return fail(std::move(plan.error()));
    }
    const plan::PlanResult result = session.run(*plan, context, {});
    const auto error = result.firstError(*plan);
    return error ? Result<>(fail(*error)) : Result<>();
}

inline Result<> down(session::LabSession& session) {
    OpContext context = soon();
    auto plan = session.planDown(context);
    if (!plan) {
        return fail(std::move(plan.error()));
    }
    const auto error = session.run(*plan, context, {}).firstError(*plan);
    return error ? Result<>(fail(*error)) : Result<>();
}

inline bool waitUntil(session::LabSession& session, const std::function<bool(const state::LabState&)>& condition) {
    OpContext context = soon();
    return session.store().waitUntil(context, condition).has_value();
}

} // namespace podleaf::test
