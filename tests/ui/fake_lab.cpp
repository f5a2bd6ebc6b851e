// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_lab.h"

#include <core/plan/plan_runner.h>

namespace podleaf::fakes {

FakeLab::FakeLab() : store(lab, seedsOf(lab)) {}

void FakeLab::note(const QString& call) {
    const std::lock_guard lock(m_mutex);
    m_calls += call;
}

QStringList FakeLab::calls() const {
    const std::lock_guard lock(m_mutex);
    return m_calls;
}

void FakeLab::push(const Sequence& seen) {
    for (const state::Observed& each : seen) {
        store.push({++nowMs, each});
    }
}

Result<plan::Plan> FakeLab::plan(OpContext& context, const QString& title) {
    if (auto passed = planned.pass(context); !passed) {
        return fail(passed.error());
    }
    plan::Plan made{title, {}};
    for (const char* name : {"Create nodes", "Start bgpd"}) {
        plan::Step step;
        step.title = QString::fromLatin1(name);
        step.group = QStringLiteral("Nodes");
        step.subject = QStringLiteral("host1");
        step.after = made.steps.empty() ? std::vector<plan::StepIndex>() : std::vector<plan::StepIndex>{0};
        step.run = [this, last = !made.steps.empty()](OpContext& inner) -> Result<> {
            if (auto passed = ran.pass(inner); !passed) {
                return passed;
            }
            for (const state::TestLegSeen& leg : last ? verified : std::vector<state::TestLegSeen>()) {
                store.push({kStartMs, leg});
            }
            if (last && stepError) {
                return fail(*stepError);
            }
            return {};
        };
        made.steps.push_back(step);
    }
    return made;
}

Result<verify::TestReport> FakeLab::test(OpContext& context, const QString& name,
                                         const std::function<void(const verify::LegResult&)>& observer) {
    note(QStringLiteral("test ") + name);
    verify::TestReport report;
    for (const intent::Leg& leg : intent.legs) {
        if (report.legs.size() + 1 == intent.legs.size()) {
            if (auto passed = tested.pass(context); !passed) {
                return fail(passed.error());
            }
        }
        report.legs.push_back({leg.from(), leg.toPod, leg.url(), true, true, 0.4, {}});
        const verify::LegResult& done = report.legs.back();
        store.push({kStartMs, state::TestLegSeen{done.from, done.to, done.ok, done.expected, done.ms, done.reason, false, done.url}});
        observer(report.legs.back());
    }
    return report;
}

ui::OpenLab FakeLab::open(labfile::LabSource source) {
    ui::OpenLab opened = source.parsed.lab ? bound(source) : ui::OpenLab();
    opened.document = std::make_unique<ui::LabDocument>(std::move(source));
    opened.bind = [this](const labfile::LabSource& edited) -> Result<ui::OpenLab> {
        note(QStringLiteral("bind %1 nodes").arg(edited.parsed.lab->nodes.size()));
        return bound(edited);
    };
    opened.planFor = [this](OpContext&, const labfile::LabSource& edited) -> Result<plan::Plan> {
        plan::Plan made{QStringLiteral("Up"), {}};
        const auto add = [&made](const QString& subject) {
            plan::Step step;
            step.subject = subject;
            made.steps.push_back(step);
        };
        for (const model::Node& node : edited.parsed.lab->nodes) {
            if (lab.findNode(node.id) == nullptr) {
                add(node.id.name);
            }
        }
        for (const model::Link& link : edited.parsed.lab->links) {
            if (lab.findLink(link.id) == nullptr) {
                add(link.id.name);
            }
        }
        return made;
    };
    return opened;
}

ui::OpenLab FakeLab::bound(const labfile::LabSource& source) {
    ui::OpenLab opened;
    opened.bound = source;
    opened.store = &store;
    opened.legs = intent.legs;
    opened.intent = [this] { return &intent; };
    opened.calls.probeEngine = [this](OpContext&) -> Result<QString> {
        if (engineError) {
            return fail(*engineError);
        }
        return QStringLiteral("Namespaces, as root");
    };
    opened.calls.attach = [this](OpContext&) -> Result<> {
        note(QStringLiteral("attach"));
        return {};
    };
    opened.calls.planUp = [this](OpContext& context, session::PlanFor) {
        note(QStringLiteral("planUp"));
        return plan(context, QStringLiteral("Up tutorial"));
    };
    opened.calls.planDown = [this](OpContext& context) {
        note(QStringLiteral("planDown"));
        return plan(context, QStringLiteral("Down tutorial"));
    };
    opened.calls.run = [](const plan::Plan& toRun, OpContext& context, const plan::StepObserver& observer,
                          const plan::RunOptions& options) { return plan::run(toRun, context, observer, options); };
    opened.calls.test = [this](OpContext& context, const QString& name, const std::function<void(const verify::LegResult&)>& observer) {
        return test(context, name, observer);
    };
    opened.calls.setLink = [this](OpContext&, const LinkId& link, bool up) -> Result<> {
        note((up ? QStringLiteral("join ") : QStringLiteral("cut ")) + link.name);
        push({state::LinkAdminSeen{link, up}});
        return {};
    };
    opened.calls.inject = [this](OpContext&, const session::Fault& fault) -> Result<> {
        if (const auto* node = std::get_if<session::NodeFault>(&fault)) {
            static const QStringList kWords{QStringLiteral("stop"), QStringLiteral("start"), QStringLiteral("kill"),
                                            QStringLiteral("pause"), QStringLiteral("continue")};
            note(QStringLiteral("%1 %2 %3").arg(kWords.at(static_cast<qsizetype>(node->verb)), node->node.name, node->service).trimmed());
        } else if (const auto* cable = std::get_if<session::ImpairCable>(&fault)) {
            note(QStringLiteral("impair ") + cable->link.name);
        }
        return {};
    };
    opened.calls.capture = [this](OpContext& context, const LinkId& link, int output) -> Result<capture::Summary> {
        note(QStringLiteral("capture ") + link.name);
        return captures(context, link, output);
    };
    opened.calls.console = [this](OpContext& context, const NodeId& node, session::ConsoleProgram, int) -> Result<session::ConsoleEnd> {
        note(QStringLiteral("console ") + node.name);
        if (auto passed = consoles.pass(context); !passed) {
            return fail(passed.error());
        }
        return session::ConsoleEnd{};
    };
    return opened;
}

labfile::LabSource tutorialSource(const model::Lab& lab) {
    labfile::LabSource source;
    source.path = QStringLiteral("/labs/tutorial/lab.yaml");
    source.text = labfile::toYaml(lab);
    source.parsed.lab = lab;
    return source;
}

labfile::LabSource brokenSource() {
    labfile::LabSource source;
    source.path = QStringLiteral("/labs/broken.yaml");
    source.text = "name: broken\nnodes:\n  leaf1: {kind: laef}\n";
    source.parsed = labfile::parse(source.text);
    return source;
}

} // namespace podleaf::fakes
