// SPDX-License-Identifier: GPL-3.0-or-later
// ImpairDialog: what the packets of a cable suffer, per direction: delay, loss and rate. It does not block the
// window; it emits what was chosen. GUI thread.
#pragma once

#include <core/model/lab.h>
#include <core/session/fault.h>

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;

namespace podleaf::ui {

class ImpairDialog final : public QDialog {
    Q_OBJECT
public:
    /// Shows what `now` says of both directions, or of the first where they differ.
    ImpairDialog(const model::Link& link, const model::CableImpairments& now, QWidget* parent);

Q_SIGNALS:
    void chosen(const podleaf::session::Fault& fault);

private:
    void showDirection();
    [[nodiscard]] engine::Senders senders() const;
    void choose();

    const LinkId m_link;
    const model::CableImpairments m_now;
    QComboBox* m_direction;
    QDoubleSpinBox* m_delay;
    QDoubleSpinBox* m_loss;
    QSpinBox* m_rate;
};

} // namespace podleaf::ui
