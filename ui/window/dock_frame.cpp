// SPDX-License-Identifier: GPL-3.0-or-later
// DockFrame: see the header.
#include "dock_frame.h"

#include <ui/theme/glyphs.h>

#include <QAbstractScrollArea>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kButton = 20; ///< At the design's size of font, as the icon in it.
constexpr int kIcon = 12;
const char* const kFloatButton = "dockFloat";
const char* const kCloseButton = "dockClose";

QToolButton* flatButton(QWidget* parent, const QString& toolTip) {
    auto* button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void dressButton(QToolButton& button, const QString& iconName, const Theme& theme) {
    button.setIconSize({theme.scaled(kIcon), theme.scaled(kIcon)});
    button.setFixedSize(theme.scaled(kButton), theme.scaled(kButton));
    button.setIcon(icon(iconName, theme, Role::Muted));
}

/// What a screen reader says of a dock's table and of the fields without a label, where the dock does not say it itself.
void nameParts(QWidget& content, const QString& title) {
    for (auto* part : content.findChildren<QWidget*>()) {
        const auto* field = qobject_cast<QLineEdit*>(part);
        if (part->accessibleName().isEmpty() && (field != nullptr || qobject_cast<QAbstractScrollArea*>(part) != nullptr)) {
            part->setAccessibleName(field != nullptr ? DockFrame::tr("Filter of %1").arg(title) : title);
        }
    }
}

/// The head of a dock that stands alone. Empty (no height) while the dock is one of several tabs.
class DockHead final : public QWidget {
public:
    explicit DockHead(QDockWidget* dock)
        : QWidget(dock), m_title(new QLabel(dock->windowTitle(), this)), m_float(flatButton(this, DockFrame::tr("Float or dock"))),
          m_close(flatButton(this, DockFrame::tr("Close"))) {
        setObjectName(QStringLiteral("dockHead"));
        setAttribute(Qt::WA_StyledBackground);
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(10, 2, 6, 2);
        layout->setSpacing(0);
        layout->addWidget(m_title, 1);
        layout->addWidget(m_float);
        layout->addWidget(m_close);
        QObject::connect(m_float, &QToolButton::clicked, dock, [dock] { dock->setFloating(!dock->isFloating()); });
        QObject::connect(m_close, &QToolButton::clicked, dock, &QDockWidget::close);
    }
    void dress(const Theme& theme, bool visible) {
        m_visible = visible;
        m_title->setFont(theme.font(FontRole::Strong));
        dressButton(*m_float, QStringLiteral("float"), theme);
        dressButton(*m_close, QStringLiteral("close"), theme);
        for (QWidget* child : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_float), static_cast<QWidget*>(m_close)}) {
            child->setVisible(visible);
        }
        setStyleSheet(visible ? QStringLiteral("#dockHead { background: %1; border-bottom: 1px solid %2; }")
                                    .arg(theme.color(Role::Header).name(), theme.color(Role::Border).name())
                              : QString());
        setFixedHeight(visible ? std::max(theme.scaled(kButton) + 5, m_title->fontMetrics().height() + 8) : 0);
        updateGeometry();
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return m_visible ? QWidget::minimumSizeHint() : QSize(0, 0); }
    [[nodiscard]] QSize sizeHint() const override { return m_visible ? QWidget::sizeHint() : QSize(0, 0); }

private:
    QLabel* m_title;
    QToolButton* m_float;
    QToolButton* m_close;
    bool m_visible = true;
};

} // namespace

DockFrame::DockFrame(QMainWindow& window, const Theme& theme) : QObject(&window), m_window(window), m_theme(theme) {}

QDockWidget* DockFrame::add(const QString& id, const QString& title, QWidget* content, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, &m_window);
    dock->setObjectName(id);
    dock->setWidget(content);
    nameParts(*content, title);
    dock->setTitleBarWidget(new DockHead(dock));
    m_window.addDockWidget(area, dock);
    m_docks.push_back(dock);
    // Tab bars come and go with every move; look once when the event loop is reached.
    const auto later = [this] {
        if (!m_refreshPending) {
            m_refreshPending = true;
            QTimer::singleShot(0, this, &DockFrame::refresh);
        }
    };
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    return dock;
}

void DockFrame::tabify(QDockWidget* first, QDockWidget* dock) {
    m_window.tabifyDockWidget(first, dock);
}

void DockFrame::refresh() {
    m_refreshPending = false;
    for (QDockWidget* dock : m_docks) {
        const bool alone = dock->isFloating() || m_window.tabifiedDockWidgets(dock).isEmpty();
        static_cast<DockHead*>(dock->titleBarWidget())->dress(m_theme, alone);
    }
    for (QTabBar* bar : m_window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        dressTabBar(bar);
        if (bar->count() == 0) { // Left over by Qt, which shows it when it takes it again.
            bar->hide();
        }
    }
}

void DockFrame::setTabIcon(QDockWidget* dock, const QIcon& icon) {
    dock->setWindowIcon(icon);
    for (QTabBar* bar : m_window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        for (int tab = 0; tab < bar->count(); ++tab) {
            if (bar->tabText(tab) == dock->windowTitle()) {
                bar->setTabIcon(tab, icon);
            }
        }
    }
}

QDockWidget* DockFrame::currentDockOf(const QTabBar* bar) const {
    const QString title = bar->tabText(bar->currentIndex());
    const auto dock = std::find_if(m_docks.begin(), m_docks.end(),
                                   [&title](const QDockWidget* d) { return d->windowTitle() == title && !d->isFloating(); });
    return dock == m_docks.end() ? nullptr : *dock;
}

void DockFrame::dressTabBar(QTabBar* bar) {
    bar->setAccessibleName(tr("Docks"));
    bar->setDrawBase(false);
    bar->setExpanding(false);
    bar->setIconSize({m_theme.scaled(16), m_theme.scaled(16)});
    auto* floating = bar->findChild<QToolButton*>(QLatin1String(kFloatButton));
    auto* closing = bar->findChild<QToolButton*>(QLatin1String(kCloseButton));
    if (floating == nullptr) {
        floating = flatButton(bar, tr("Float or dock"));
        floating->setObjectName(QLatin1String(kFloatButton));
        closing = flatButton(bar, tr("Close"));
        closing->setObjectName(QLatin1String(kCloseButton));
        connect(floating, &QToolButton::clicked, this, [this, bar] {
            if (QDockWidget* dock = currentDockOf(bar)) {
                dock->setFloating(true);
            }
        });
        connect(closing, &QToolButton::clicked, this, [this, bar] {
            if (QDockWidget* dock = currentDockOf(bar)) {
                dock->close();
            }
        });
        bar->installEventFilter(this);
    }
    dressButton(*floating, QStringLiteral("float"), m_theme);
    dressButton(*closing, QStringLiteral("close"), m_theme);
    placeButtons(bar);
}

void DockFrame::placeButtons(QTabBar* bar) {
    const int side = m_theme.scaled(kButton);
    int right = bar->width() - 6 - side;
    const int y = (bar->height() - side) / 2;
    const bool room = bar->count() == 0 || bar->tabRect(bar->count() - 1).right() < right - side;
    for (const char* name : {kCloseButton, kFloatButton}) {
        if (auto* button = bar->findChild<QToolButton*>(QLatin1String(name))) {
            button->move(right, y);
            button->setVisible(room);
            button->raise();
            right -= side;
        }
    }
}

bool DockFrame::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show || event->type() == QEvent::LayoutRequest) {
        placeButtons(static_cast<QTabBar*>(watched));
    }
    return QObject::eventFilter(watched, event);
}

} // namespace podleaf::ui
