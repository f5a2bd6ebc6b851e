// SPDX-License-Identifier: GPL-3.0-or-later
// DriftWatch: how far the open lab file is from the lab that runs: what Up would have to change. Asked on a thread of its
// own, always for the newest file. GUI thread.
#pragma once

#include "latest.h"
#include "open_lab.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace podleaf::ui {

class DriftWatch final : public QObject {
    Q_OBJECT

public:
    using PlanFor = std::function<Result<plan::Plan>(OpContext&, const labfile::LabSource&)>;

    explicit DriftWatch(QObject* parent = nullptr);

    /// Whom to ask from now on; waits for the answer that is under way. Nothing differs until the next answer.
    void setLab(PlanFor planFor);
    void check(const labfile::LabSource& source);
    /// The lab does not run: nothing differs from it.
    void clear();
    /// The nodes, cables and whatever else differs, by name, each once.
    [[nodiscard]] const QStringList& subjects() const { return m_subjects; }
    /// What was asked last has been answered.
    [[nodiscard]] bool isIdle() const { return m_worker == nullptr || m_worker->isIdle(); }

Q_SIGNALS:
    void changed();

private:
    void show(const QStringList& subjects);

    std::unique_ptr<Latest<labfile::LabSource, QStringList>> m_worker;
    QStringList m_subjects;
    bool m_isWanted = false; ///< An answer for a lab that has gone down meanwhile is not.
};

/// What the steps of a plan change, in their order; checks change nothing.
QStringList subjectsOf(const plan::Plan& plan);

} // namespace podleaf::ui
