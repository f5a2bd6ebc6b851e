// SPDX-License-Identifier: GPL-3.0-or-later
// Watch: one of the Watches. Lives on their thread, whose event loop drives it.
#pragma once

#include "watch_course.h"
#include "watch_decoder.h"
#include "watches.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

class QNetworkAccessManager;
class QNetworkReply;

namespace podleaf::kube {

class Watch {
public:
    /// `access` and `manager` outlive it.
    Watch(const ApiAccess& access, Watches::Wanted wanted, const WatchTimes& times, QNetworkAccessManager& manager);
    ~Watch() { drop(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void start() { askNext(); }

private:
    enum class Told { Nothing, Live, Broken };

    void askNext();
    [[nodiscard]] QUrlQuery streamQuery() const;
    /// The answer's head is there.
    void begin();
    void read();
    void readStream(const QByteArray& bytes);
    void take(WatchEvent&& event);
    void finish();
    void finishList();

    /// Drops what is under way and does what m_course has next, after its pause.
    void goOn();
    /// Nobody answers, or somebody refuses: what was heard stands.
    void breakOff(Error error);
    /// All must be listed anew.
    void loseTrack();
    void tellBroken(Error error);
    void drop();

    [[nodiscard]] bool isStream() const { return m_doing == WatchCourse::Next::Watch; }
    [[nodiscard]] std::chrono::milliseconds lasted() const;

    const ApiAccess& m_access;
    const Watches::Wanted m_wanted;
    const WatchTimes m_times;
    QNetworkAccessManager& m_manager;

    WatchCourse m_course;
    WatchCourse::Next m_doing = WatchCourse::Next::List;
    QNetworkReply* m_reply = nullptr; ///< The manager's child.
    QByteArray m_body;                ///< Of a page, or of a refusal.
    AllObjects m_pages;               ///< What of a list has come.
    QString m_nextPage;
    WatchDecoder m_decoder;
    QElapsedTimer m_begun; ///< When the stream's head came.
    Told m_told = Told::Nothing;

    QObject m_connections; ///< Context of what m_reply calls.
    QTimer m_pause;
    QTimer m_silence;
};

} // namespace podleaf::kube
