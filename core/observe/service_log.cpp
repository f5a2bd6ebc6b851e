// SPDX-License-Identifier: GPL-3.0-or-later
#include "service_log.h"

#include "text_files.h"

namespace podleaf::observe {

namespace {

constexpr qsizetype kMaxLogBytes = 8 * 1024 * 1024;
constexpr int kLogLines = 10;

QString lastWords(channel::NodeChannel& channel, OpContext& context, const QStringList& paths) {
    QByteArray all;
    for (const QString& path : paths) {
        if (const auto log = channel.download(context, path, kMaxLogBytes)) {
            all += lastLines(*log, kLogLines).toUtf8() + '\n';
        }
    }
    return lastLines(all, kLogLines);
}

} // namespace

void ServiceLog::read(const std::shared_ptr<channel::NodeChannel>& channel, const QString& service,
                      std::function<void(const QString&)> done) {
    QStringList paths;
    for (const QString& path : m_paths) {
        paths.append(path.arg(service));
    }
    runBlocking<QString>([channel, paths](OpContext& context) { return lastWords(*channel, context, paths); }, std::move(done));
}

} // namespace podleaf::observe
