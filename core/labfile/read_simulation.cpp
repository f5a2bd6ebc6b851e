// SPDX-License-Identifier: GPL-3.0-or-later
// `simulation:` → declarations: the seed, and what happens by itself and when.
#include "declarations.h"
#include "field_reader.h"

#include <QCoreApplication>

#include <utility>

namespace podleaf::labfile {

namespace {

constexpr Range kSeeds{0, 4294967295U};
constexpr Range kTimes{0, 86400};
constexpr Range kRates{1, 100000};
constexpr size_t kMaxEvents = 1000;

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

class SimulationReader {
public:
    explicit SimulationReader(Report& report) : m_read(report) {}

    SimulationDeclaration simulation(const YamlEntry& entry) {
        SimulationDeclaration all{entry.keyPlace, {}, {}};
        if (m_read.isMap(entry, QStringLiteral("simulation: {seed: 7}"))) {
            m_read.fields(entry.value, tr("the simulation"),
                          {{QLatin1StringView("seed"), [&](const YamlEntry& e) { all.seed = m_read.number(e, kSeeds); }},
                           {QLatin1StringView("events"), [&](const YamlEntry& e) { events(e, all); }}});
        }
        return all;
    }

private:
    void events(const YamlEntry& entry, SimulationDeclaration& all) {
        if (!m_read.isList(entry, QStringLiteral("- {at: 2s, cut: intnet1}"))) {
            return;
        }
        if (entry.value.items.size() > kMaxEvents) {
            m_read.report().error(entry.keyPlace, tr("More than %1 events are a slip of the pen.").arg(kMaxEvents));
            return;
        }
        for (const YamlNode& item : entry.value.items) {
            all.events.push_back(event(item));
        }
    }

    SimulationEventDeclaration event(const YamlNode& item) {
        using What = model::SimulationEvent::What;
        SimulationEventDeclaration event{item.place, {}, {}, 0, {}, {}, {}, {}};
        if (item.type != YamlNode::Type::Map) {
            if (item.type != YamlNode::Type::Broken) {
                m_read.report().error(item.place, tr("An event must be a mapping."),
                                      tr("Write it like this: %1").arg(QStringLiteral("{at: 2s, cut: intnet1}")));
            }
            return event;
        }
        const auto verb = [&](What what) {
            event.what = what;
            ++event.verbs;
        };
        const auto named = [&](What what) {
            return [&, what](const YamlEntry& e) {
                verb(what);
                event.target = m_read.word(e);
            };
        };
        m_read.fields(item, tr("the event"),
                      {{QLatin1StringView("at"), [&](const YamlEntry& e) { event.atSeconds = m_read.seconds(e, kTimes); }},
                       {QLatin1StringView("cut"), named(What::Cut)},
                       {QLatin1StringView("join"), named(What::Join)},
                       {QLatin1StringView("kill"), named(What::Kill)},
                       {QLatin1StringView("start"), named(What::Start)},
                       {QLatin1StringView("on"), [&](const YamlEntry& e) { event.node = m_read.word(e); }},
                       {QLatin1StringView("storm"),
                        [&](const YamlEntry& e) {
                            verb(What::Storm);
                            event.rate = m_read.number(e, kRates);
                        }},
                       {QLatin1StringView("for"), [&](const YamlEntry& e) { event.lastsSeconds = m_read.seconds(e, kTimes); }}});
        return event;
    }

    FieldReader m_read;
};

} // namespace

SimulationDeclaration readSimulation(const YamlEntry& entry, Report& report) {
    return SimulationReader(report).simulation(entry);
}

} // namespace podleaf::labfile
