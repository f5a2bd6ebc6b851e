// SPDX-License-Identifier: GPL-3.0-or-later
// ImpairDialog: see the header. The bounds are those of engine::ImpairmentChange.
#include "impair_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>

namespace podleaf::ui {

namespace {

constexpr double kMostDelayMs = 10'000;
constexpr int kMostRateKbit = 10'000'000;
constexpr int kLeastRateKbit = 8;

} // namespace

ImpairDialog::ImpairDialog(const model::Link& link, const model::CableImpairments& now, QWidget* parent)
    : QDialog(parent), m_link(link.id), m_now(now), m_direction(new QComboBox(this)), m_delay(new QDoubleSpinBox(this)),
      m_loss(new QDoubleSpinBox(this)), m_rate(new QSpinBox(this)) {
    setWindowTitle(tr("Impair %1").arg(link.id.name));
    setAttribute(Qt::WA_DeleteOnClose);
    const QString from = link.ends[0].node.name;
    const QString to = link.ends[1].node.name;
    m_direction->addItem(tr("Both directions"), QVariant::fromValue(int(engine::Senders::Both)));
    m_direction->addItem(tr("From %1 to %2").arg(from, to), QVariant::fromValue(int(engine::Senders::A)));
    m_direction->addItem(tr("From %1 to %2").arg(to, from), QVariant::fromValue(int(engine::Senders::B)));
    m_delay->setRange(0, kMostDelayMs);
    m_delay->setSuffix(tr(" ms"));
    m_loss->setRange(0, 100);
    m_loss->setSuffix(tr(" %"));
    m_rate->setRange(0, kMostRateKbit);
    m_rate->setSuffix(tr(" kbit/s"));
    m_rate->setSpecialValueText(tr("no limit"));
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Packets"), m_direction);
    form->addRow(tr("&Delay"), m_delay);
    form->addRow(tr("&Loss"), m_loss);
    form->addRow(tr("&Rate"), m_rate);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* apply = buttons->addButton(tr("Impair"), QDialogButtonBox::AcceptRole);
    apply->setDefault(true);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ImpairDialog::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_direction, &QComboBox::currentIndexChanged, this, &ImpairDialog::showDirection);
    showDirection();
}

engine::Senders ImpairDialog::senders() const {
    return static_cast<engine::Senders>(m_direction->currentData().toInt());
}

void ImpairDialog::showDirection() {
    const model::Impairment& now = m_now[senders() == engine::Senders::B ? 1 : 0];
    m_delay->setValue(now.delayMicroseconds / 1000.0);
    m_loss->setValue(now.loss / 100.0);
    m_rate->setValue(static_cast<int>(now.rateKbit));
}

void ImpairDialog::choose() {
    const int rate = m_rate->value() > 0 && m_rate->value() < kLeastRateKbit ? kLeastRateKbit : m_rate->value();
    Q_EMIT chosen(session::ImpairCable{m_link,
                                       senders(),
                                       {.loss = static_cast<std::uint32_t>(qRound(m_loss->value() * 100)),
                                        .rateKbit = static_cast<std::uint32_t>(rate),
                                        .delayMicroseconds = static_cast<std::uint32_t>(qRound(m_delay->value() * 1000))}});
    accept();
}

} // namespace podleaf::ui
