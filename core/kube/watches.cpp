// SPDX-License-Identifier: GPL-3.0-or-later
#include "watches.h"

#include "watch.h"

#include <QEventLoop>
#include <QLoggingCategory>
#include <QNetworkAccessManager>
#include <QNetworkProxy>

#include <exception>
#include <stop_token>
#include <thread>

namespace podleaf::kube {

namespace {

Q_LOGGING_CATEGORY(logKube, "podleaf.kube", QtInfoMsg)

/// A manager of Qt 6.4 opens six connections to a server; a request beyond waits for one of them without a word, and a watch
/// never ends. One stays free for what ends and begins anew.
constexpr std::size_t kWatchesPerManager = 5;

} // namespace

class Watches::Private {
public:
    Private(ApiAccess access, std::vector<Wanted> wanted, const WatchTimes& times)
        : m_access(std::move(access)), m_wanted(std::move(wanted)), m_times(times), m_thread([this](const std::stop_token& stop) {
              try {
                  run(stop);
              } catch (const std::exception& error) { // nothing here throws but for want of memory
                  qCCritical(logKube) << "thread ended by an exception, error=" << error.what();
              }
          }) {}

private:
    void run(const std::stop_token& stop) {
        QEventLoop loop;
        const std::stop_callback onStop(stop, [&loop] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
        std::vector<std::unique_ptr<QNetworkAccessManager>> managers;
        std::vector<std::unique_ptr<Watch>> watches;
        for (Wanted& wanted : m_wanted) {
            if (watches.size() % kWatchesPerManager == 0) {
                managers.push_back(std::make_unique<QNetworkAccessManager>());
                managers.back()->setProxy(QNetworkProxy::NoProxy);
            }
            watches.push_back(std::make_unique<Watch>(m_access, std::move(wanted), m_times, *managers.back()));
            watches.back()->start();
        }
        loop.exec();
    }

    const ApiAccess m_access;
    std::vector<Wanted> m_wanted;
    const WatchTimes m_times;
    std::jthread m_thread;
};

Watches::Watches(ApiAccess access, std::vector<Wanted> wanted, WatchTimes times)
    : d(std::make_unique<Private>(std::move(access), std::move(wanted), times)) {}

Watches::~Watches() = default;

} // namespace podleaf::kube
