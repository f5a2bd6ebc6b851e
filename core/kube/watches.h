// SPDX-License-Identifier: GPL-3.0-or-later
// Watches: several resources of one cluster, each listed and then watched, for as long as the object lives: a server that goes
// away and comes back is found again. One thread of its own, on which all news are told.
#pragma once

#include "api_access.h"
#include "objects.h"

#include <chrono>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace podleaf::kube {

/// All objects there are: what was told of before and is not among them has gone.
struct AllObjects {
    std::vector<QJsonObject> objects;
};
/// An object came, or is different now.
struct ObjectSeen {
    QJsonObject object;
};
/// An object has gone.
struct ObjectLost {
    ObjectName object;
};
/// From now on nothing is heard, because of that; what was told stays the last that is known.
struct WatchBroken {
    Error error;
};
/// What happens is heard from now on, and nothing was missed: after the first AllObjects, and after each WatchBroken.
struct WatchLive {};
using WatchNews = std::variant<AllObjects, ObjectSeen, ObjectLost, WatchBroken, WatchLive>;

/// When to try again, and when not to wait any longer.
struct WatchTimes {
    std::chrono::milliseconds firstPause{100};    ///< After a failure; twice as long after the next …
    std::chrono::milliseconds longestPause{5000}; ///< … and so on, up to this.
    std::chrono::milliseconds answer{std::chrono::seconds(30)};
    std::chrono::milliseconds silence{std::chrono::minutes(3)}; ///< The server sends a bookmark each minute, where nothing happens.
};

class Watches {
public:
    struct Wanted {
        Resource resource;
        Selection selection = {};
        /// Called on the thread of the Watches; must not block, nor destroy them.
        std::function<void(WatchNews)> tell;
    };

    Watches(ApiAccess access, std::vector<Wanted> wanted, WatchTimes times = {});
    ~Watches(); ///< Ends at once; nothing is told after that.
    Watches(const Watches&) = delete;
    Watches& operator=(const Watches&) = delete;

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// What a watch of Ts tells; what is empty is not told.
template <class T>
struct Listener {
    std::function<void(std::vector<T>)> all;
    std::function<void(T)> seen;
    std::function<void(ObjectName)> lost;
    std::function<void(Error)> broken;
    std::function<void()> live;
    std::function<void(Error)> misread; ///< An object that makes no sense was left out.
};

/// Turns news of objects into news of Ts.
template <class T>
class TypedNews {
public:
    explicit TypedNews(Listener<T> listener) : m_listener(std::move(listener)) {}

    void operator()(WatchNews news) const {
        std::visit([this](auto&& each) { this->take(std::forward<decltype(each)>(each)); }, std::move(news));
    }

private:
    void take(AllObjects&& all) const {
        std::vector<T> values;
        for (const QJsonObject& object : all.objects) {
            if (auto value = decode<T>(object)) {
                values.push_back(*std::move(value));
            } else {
                call(m_listener.misread, std::move(value.error()));
            }
        }
        call(m_listener.all, std::move(values));
    }
    void take(ObjectSeen&& seen) const {
        auto value = decode<T>(seen.object);
        value ? call(m_listener.seen, *std::move(value)) : call(m_listener.misread, std::move(value.error()));
    }
    void take(ObjectLost&& lost) const { call(m_listener.lost, std::move(lost.object)); }
    void take(WatchBroken&& broken) const { call(m_listener.broken, std::move(broken.error)); }
    void take(WatchLive&&) const { call(m_listener.live); }

    template <class Function, class... Arguments>
    static void call(const Function& function, Arguments&&... arguments) {
        if (function) {
            function(std::forward<Arguments>(arguments)...);
        }
    }

    Listener<T> m_listener;
};

template <class T>
Watches::Wanted watchOf(Listener<T> listener, Selection selection = {}) {
    return {resourceOf<T>(), std::move(selection), TypedNews<T>(std::move(listener))};
}

} // namespace podleaf::kube
