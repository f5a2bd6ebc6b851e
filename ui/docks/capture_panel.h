// SPDX-License-Identifier: GPL-3.0-or-later
// CapturePanel: the Capture dock: the packets of one cable while they come, what is in the selected one, and the ways
// on: Wireshark and a file. GUI thread.
#pragma once

#include <core/base/ids.h>
#include <ui/capture/capture_run.h>
#include <ui/capture/tshark.h>
#include <ui/models/packet_table.h>
#include <ui/theme/theme.h>

#include <QWidget>

#include <map>

class QComboBox;
class QPushButton;
class QTreeView;

namespace podleaf::ui {

class FaultBox;
class FieldTree;
class TablePanel;

/// Captures a cable; a call of the open lab.
using CaptureLink = std::function<Result<capture::Summary>(OpContext&, const LinkId&, int output)>;

class CapturePanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit CapturePanel(const Theme& theme, QWidget* parent = nullptr);
    ~CapturePanel() override;

    /// Ends what runs; from now on captures are of these cables.
    void setLab(const QStringList& cables, CaptureLink capture);
    /// The lab was edited and has another session: what runs goes on, and says so when it ends with its cable.
    void changeLab(const QStringList& cables, CaptureLink capture);
    /// The cable that Start is to capture, if there is such a one; nothing while a capture runs.
    void choose(const LinkId& link);
    /// Begins to capture a cable; what was captured before is forgotten.
    void start(const LinkId& link);
    void stop();
    void save(const QString& path);
    void openInWireshark();

    [[nodiscard]] bool isRunning() const { return m_run != nullptr && !m_run->hasEnded(); }
    [[nodiscard]] PacketTable& packets() { return *m_packets; }
    [[nodiscard]] TablePanel& table() { return *m_table; }
    [[nodiscard]] QTreeView& details() { return *m_details; }
    [[nodiscard]] QString faultShown() const;
    void refreshTheme();

Q_SIGNALS:
    void runningChanged();

private:
    void makeHead();
    void setCables(const QStringList& cables);
    void connectRun();
    void onEnded(const Result<capture::Summary>& summary);
    void startTshark(qint64 from);
    void showPacket(const QModelIndex& row);
    void showFields(std::vector<capture::PacketField> fields);
    void showFault(const Error& error);
    void refresh();

    const Theme& m_theme;
    CaptureLink m_capture;
    QStringList m_cables;
    LinkId m_link; ///< Of m_run.
    std::unique_ptr<CaptureRun> m_run;
    Tshark* m_tshark;
    PacketTable* m_packets;
    FieldTree* m_fields;
    QWidget* m_head;
    QComboBox* m_cable;
    QPushButton* m_toggle;
    QPushButton* m_wireshark;
    QPushButton* m_save;
    FaultBox* m_fault;
    TablePanel* m_table;
    QTreeView* m_details;
    qint64 m_shown = 0;     ///< The packet whose details are wanted.
    qint64 m_namedFrom = 1; ///< tshark's first packet of this run.
    int m_feed = 0;         ///< The number of its pipe.
    quint64 m_total = 0;
    quint64 m_dropped = 0;
};

} // namespace podleaf::ui
