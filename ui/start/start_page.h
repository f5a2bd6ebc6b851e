// SPDX-License-Identifier: GPL-3.0-or-later
// StartPage: where no lab is open: the labs that run on this host, what was open lately, the built-in labs with a picture
// and a sentence each, open and new. One click or Enter opens. GUI thread.
#pragma once

#include <ui/docks/labs_panel.h>
#include <ui/document/latest.h>
#include <ui/theme/theme.h>

#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

#include <memory>
#include <variant>
#include <vector>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace podleaf::ui {

/// A lab as a button: its picture, drawn by the canvas, name, sentence and how many nodes it has.
class LabCard final : public QToolButton {
    Q_OBJECT

public:
    LabCard(const Theme& theme, const LabEntry& entry, QWidget* parent);

    [[nodiscard]] const LabEntry& entry() const { return m_entry; }
    /// Reads the lab and draws it, if that was not done yet in this theme.
    void load();
    void refreshTheme();
    [[nodiscard]] bool hasPicture() const { return !m_picture.isNull(); }
    [[nodiscard]] const QString& sentence() const { return m_sentence; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Theme& m_theme;
    LabEntry m_entry;
    QString m_sentence;
    QPixmap m_picture;
};

class StartPage final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive it. `running` is asked every two seconds while the page is seen; empty: never.
    StartPage(const Theme& theme, const std::vector<LabEntry>& gallery, const RunningLabs& running, QWidget* parent = nullptr);

    /// Paths, the newest first; those that are gone are left out.
    void setRecent(const QStringList& paths);
    void refreshTheme();
    [[nodiscard]] const std::vector<LabCard*>& cards() const { return m_cards; }
    [[nodiscard]] std::vector<QPushButton*> recent() const;
    [[nodiscard]] std::vector<QPushButton*> running() const;
    [[nodiscard]] QPushButton* openButton() { return m_open; }
    [[nodiscard]] QPushButton* newButton() { return m_new; }

Q_SIGNALS:
    void labChosen(const QString& path);
    void openRequested();
    void newRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// Buttons below a heading, one a lab.
    struct List {
        QWidget* widget;
        QVBoxLayout* layout;

        explicit List(QWidget* parent);
        void begin(const QString& heading, const Theme& theme) const;
        [[nodiscard]] std::vector<QPushButton*> buttons() const;
    };

    void loadNext();
    void placeCards();
    void askRunning();
    void setRunning(const std::vector<LabEntry>& labs);
    QPushButton* addTo(const List& list, const QString& text, const QString& path);

    const Theme& m_theme;
    std::vector<LabCard*> m_cards;
    QLabel* m_title;
    QPushButton* m_open;
    QPushButton* m_new;
    List m_running;
    List m_recent;
    QGridLayout* m_grid;
    int m_columns = 0;
    std::vector<LabEntry> m_runningNow;
    QTimer m_again;
    std::unique_ptr<Latest<std::monostate, std::vector<LabEntry>>> m_asker;
};

/// The first sentence of the README beside a lab file, or nothing.
QString sentenceOf(const QString& labPath);

/// A lab to begin with: one leaf and two hosts.
QByteArray newLabText(const QString& name);

} // namespace podleaf::ui
