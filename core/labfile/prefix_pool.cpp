// SPDX-License-Identifier: GPL-3.0-or-later
#include "prefix_pool.h"

namespace podleaf::labfile {

PrefixPool::PrefixPool(Ipv4Prefix pool, int length, bool skipEnds) : m_pool(pool), m_length(length) {
    const std::uint64_t parts = length < pool.length ? 0 : std::uint64_t{1} << static_cast<unsigned>(length - pool.length);
    const bool hasEnds = skipEnds && parts > 2;
    m_next = hasEnds ? 1 : 0;
    m_end = hasEnds ? parts - 1 : parts;
}

bool PrefixPool::isPart(const Ipv4Prefix& prefix) const {
    return prefix.length == m_length && m_pool.contains(prefix);
}

std::optional<QString> PrefixPool::claim(const Ipv4Prefix& part, const QString& owner) {
    const auto it = m_owners.constFind(part.address);
    if (it != m_owners.constEnd()) {
        return *it;
    }
    m_owners.insert(part.address, owner);
    return std::nullopt;
}

std::optional<Ipv4Prefix> PrefixPool::next(const QString& owner) {
    const auto bits = static_cast<unsigned>(32 - m_length);
    while (m_next < m_end) {
        const Ipv4Prefix part{m_pool.at(static_cast<std::uint32_t>(m_next++ << bits)), m_length};
        if (!claim(part, owner)) {
            return part;
        }
    }
    return std::nullopt;
}

} // namespace podleaf::labfile
