// SPDX-License-Identifier: GPL-3.0-or-later
// PrefixPool: a prefix cut into equal parts, handed out in order; parts that the file names are claimed
// first and skipped. One parse, one thread.
#pragma once

#include <core/base/ipv4.h>

#include <QHash>
#include <QString>

#include <optional>

namespace podleaf::labfile {

class PrefixPool {
public:
    /// Parts of `length` bits. With `skipEnds` the first and the last part are not handed out: as /32s
    /// they look like a network and a broadcast address.
    PrefixPool(Ipv4Prefix pool, int length, bool skipEnds = false);

    [[nodiscard]] const Ipv4Prefix& pool() const { return m_pool; }
    [[nodiscard]] int length() const { return m_length; }
    /// Whether `prefix` is one of the pool's parts.
    [[nodiscard]] bool isPart(const Ipv4Prefix& prefix) const;

    /// Takes a part for `owner`; the name of who has it when it is taken.
    std::optional<QString> claim(const Ipv4Prefix& part, const QString& owner);
    /// The first free part, or nullopt when none is left.
    std::optional<Ipv4Prefix> next(const QString& owner);

private:
    Ipv4Prefix m_pool;
    int m_length;
    std::uint64_t m_next = 0;
    std::uint64_t m_end = 0;
    QHash<Ipv4Address, QString> m_owners;
};

} // namespace podleaf::labfile
