// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as what an API server sends: a watch's stream, of which pieces of whatever size say what the whole says, a
// list, a refusal, each sort of object; and as a kubeconfig.
#include "fuzzing.h"

#include <core/kube/kubeconfig.h>
#include <core/kube/objects.h>
#include <core/kube/watch_decoder.h>

#include <QJsonDocument>

using namespace podleaf;
using namespace podleaf::kube;
using fuzz::claim;

namespace {

constexpr qsizetype kLongestText = 1000;

bool feedPieces(QByteArrayView bytes, qsizetype step, std::vector<WatchEvent>& events) {
    WatchDecoder decoder;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        const auto next = decoder.feed(bytes.sliced(at, std::min(step, bytes.size() - at)));
        if (!next) {
            claim(!decoder.feed({}));
            return false;
        }
        events.insert(events.end(), next->begin(), next->end());
    }
    return true;
}

bool isOneLine(const QString& text) {
    return text.size() <= kLongestText && std::ranges::all_of(text, [](QChar c) { return c.isPrint(); });
}

void readObject(const QJsonObject& object) {
    if (const auto pod = decode<Pod>(object)) {
        claim(!pod->id.name.isEmpty() && !pod->id.nameSpace.isEmpty() && isOneLine(pod->id.toString()) && isOneLine(pod->waitingMessage) &&
              isOneLine(pod->unschedulable));
        claim(pod->readyContainers <= pod->containers && pod->restarts >= 0);
        static_cast<void>(objectPath(resourceOf<Pod>(), pod->id));
    }
    if (const auto node = decode<Node>(object)) {
        claim(isOneLine(node->name) && isOneLine(node->reason) && (!node->isReady || node->reason.isEmpty()));
    }
    if (const auto event = decode<Event>(object)) {
        claim(isOneLine(event->message) && event->count > 0);
    }
    static_cast<void>(decode<Namespace>(object));
    static_cast<void>(decode<Service>(object));
    static_cast<void>(decode<EndpointSlice>(object));
    static_cast<void>(decode<Deployment>(object));
    static_cast<void>(decode<DaemonSet>(object));
    static_cast<void>(decode<NetworkPolicy>(object));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    std::vector<WatchEvent> inPieces;
    const bool good = feedPieces(bytes, bytes.size() % 61 + 1, inPieces);
    WatchDecoder decoder;
    const auto whole = decoder.feed(bytes);
    claim(whole.has_value() == good && (!whole || *whole == inPieces));
    for (const WatchEvent& event : inPieces) {
        if (const auto* changed = std::get_if<ObjectChanged>(&event.what)) {
            readObject(changed->object);
        }
    }
    const QByteArray body = bytes.toByteArray();
    const auto page = decodeList(body);
    for (const QJsonObject& object : page.value_or(ListPage()).objects) {
        readObject(object);
    }
    readObject(QJsonDocument::fromJson(body).object());
    const Error refusal = errorOf(403, body);
    claim(refusal.code == ErrorCode::Denied && refusal.message.size() <= 2 * kLongestText);
    if (const auto kubeconfig = parseKubeconfig(body)) {
        claim(parseKubeconfig(writeKubeconfig(*kubeconfig, QStringLiteral("lab"))).value_or(Kubeconfig()) == *kubeconfig);
    }
    return 0;
}
