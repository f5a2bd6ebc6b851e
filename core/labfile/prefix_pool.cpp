// SPDX-License-Identifier: GPL-3.0-or-later
#include "prefix_pool.h"

#include "preferred_slots.h"

namespace podleaf::labfile {

namespace {

std::uint64_t partsOf(const Ipv4Prefix& pool, int length) {
    return length < pool.length ? 0 : std::uint64_t{1} << static_cast<unsigned>(length - pool.length);
}

SlotBook bookOf(const Ipv4Prefix& pool, int length, bool skipEnds) {
    const std::uint64_t parts = partsOf(pool, length);
    return skipEnds && parts > 2 ? SlotBook(1, parts - 1) : SlotBook(0, parts);
}

} // namespace

std::optional<QString> SlotBook::claim(std::uint64_t slot, const QString& owner) {
    const auto it = m_owners.constFind(slot);
    if (it != m_owners.constEnd()) {
        return *it;
    }
    m_owners.insert(slot, owner);
    m_takenInside += slot >= m_first && slot < m_end ? 1 : 0;
    return std::nullopt;
}

std::vector<Grant> SlotBook::grant(const std::vector<Wish>& wishes) {
    std::vector<Grant> grants;
    grants.reserve(wishes.size());
    for (const Wish& wish : wishes) {
        const auto rival = claim(wish.slot, wish.owner);
        grants.push_back(rival ? Grant{std::nullopt, *rival} : Grant{wish.slot, {}});
    }
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (!grants[i].slot) {
            grants[i].slot = takeElsewhere(wishes[i].owner);
        }
    }
    return grants;
}

std::optional<std::uint64_t> SlotBook::takeElsewhere(const QString& owner) {
    constexpr int kTries = 32;
    const std::uint64_t size = m_end - m_first;
    if (m_takenInside >= size) {
        return std::nullopt;
    }
    std::uint64_t at = 0;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        at = hashOf(owner + QLatin1Char('#') + QString::number(attempt)) % size;
        if (!claim(m_first + at, owner)) {
            return m_first + at;
        }
    }
    while (claim(m_first + at, owner)) { // Some slot is free, see above.
        at = (at + 1) % size;
    }
    return m_first + at;
}

PrefixPool::PrefixPool(Ipv4Prefix pool, int length, bool skipEnds)
    : m_pool(pool), m_length(length), m_book(bookOf(pool, length, skipEnds)) {}

std::uint64_t PrefixPool::parts() const {
    return partsOf(m_pool, m_length);
}

Ipv4Prefix PrefixPool::part(std::uint64_t slot) const {
    return {m_pool.at(static_cast<std::uint32_t>(slot << static_cast<unsigned>(32 - m_length))), m_length};
}

bool PrefixPool::isPart(const Ipv4Prefix& prefix) const {
    return prefix.length == m_length && m_pool.contains(prefix);
}

std::optional<QString> PrefixPool::claim(const Ipv4Prefix& part, const QString& owner) {
    const std::uint32_t offset = part.address.value - m_pool.network().address.value;
    return m_book.claim(offset >> static_cast<unsigned>(32 - m_length), owner);
}

} // namespace podleaf::labfile
