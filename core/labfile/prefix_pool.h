// SPDX-License-Identifier: GPL-3.0-or-later
// Slots and who has them: what AS numbers, loopbacks, pod networks and link prefixes are handed out from. Everybody
// wishes for a slot that follows from its own name alone, so that nobody moves when others come or go. One parse, one
// thread.
#pragma once

#include <core/base/ipv4.h>

#include <QHash>
#include <QString>

#include <optional>
#include <vector>

namespace podleaf::labfile {

/// Who wants a slot, and which one it has by rights (see preferred_slots.h).
struct Wish {
    QString owner;
    std::uint64_t slot = 0;
};

/// What came of a wish: no slot when none is left; `rival` is who had the wished one, when it is another.
struct Grant {
    std::optional<std::uint64_t> slot;
    QString rival;
};

class SlotBook {
public:
    /// Wishes that cannot be met are moved to somewhere in [first, end).
    SlotBook(std::uint64_t first, std::uint64_t end) : m_first(first), m_end(end) {}

    /// Takes a slot for `owner`; the name of who has it when it is taken.
    std::optional<QString> claim(std::uint64_t slot, const QString& owner);
    /// Meets the wishes in their order; those that come too late are moved after all others are met, so that
    /// they push nobody away.
    std::vector<Grant> grant(const std::vector<Wish>& wishes);

private:
    std::optional<std::uint64_t> takeElsewhere(const QString& owner);

    std::uint64_t m_first;
    std::uint64_t m_end;
    std::uint64_t m_takenInside = 0;
    QHash<std::uint64_t, QString> m_owners;
};

/// A prefix cut into equal parts; slot n is the n-th part.
class PrefixPool {
public:
    /// Parts of `length` bits. With `skipEnds` the first and the last part are not handed out: as /32s
    /// they look like a network and a broadcast address.
    PrefixPool(Ipv4Prefix pool, int length, bool skipEnds = false);

    [[nodiscard]] const Ipv4Prefix& pool() const { return m_pool; }
    [[nodiscard]] int length() const { return m_length; }
    [[nodiscard]] std::uint64_t parts() const;
    [[nodiscard]] Ipv4Prefix part(std::uint64_t slot) const;
    /// Whether `prefix` is one of the pool's parts.
    [[nodiscard]] bool isPart(const Ipv4Prefix& prefix) const;

    /// Takes a part for `owner`; the name of who has it when it is taken.
    std::optional<QString> claim(const Ipv4Prefix& part, const QString& owner);
    std::vector<Grant> grant(const std::vector<Wish>& wishes) { return m_book.grant(wishes); }

private:
    Ipv4Prefix m_pool;
    int m_length;
    SlotBook m_book;
};

} // namespace podleaf::labfile
