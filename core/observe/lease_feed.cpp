// SPDX-License-Identifier: GPL-3.0-or-later
// LeaseFeed: reads dnsmasq's lease file. Lives on the poll thread.
#include "lease_feed.h"

namespace podleaf::observe {

namespace {

constexpr qsizetype kMaxLeaseFileBytes = 1024 * 1024;

} // namespace

void LeaseFeed::read() {
    m_again = m_reading;
    if (m_reading) {
        return;
    }
    m_reading = true;
    runBlocking<Result<QByteArray>>([channel = m_target.channel, path = m_target.leaseFile](
                                        OpContext& context) { return channel->download(context, path, kMaxLeaseFileBytes); },
                                    [this](const Result<QByteArray>& text) {
                                        m_reading = false;
                                        if (text || text.error().code == ErrorCode::NotFound) {
                                            compare(text ? decodeLeases(*text) : Leases());
                                        } else {
                                            m_push(state::LossSeen{QStringLiteral("leases"), 1});
                                        }
                                        if (m_again) {
                                            read();
                                        }
                                    });
}

void LeaseFeed::compare(const Leases& leases) {
    for (const auto& lease : m_known) {
        if (!leases.contains(lease.first)) {
            tell(lease, false);
        }
    }
    for (const auto& lease : leases) {
        const auto known = m_known.find(lease.first);
        if (known == m_known.end() || known->second != lease.second) {
            tell(lease, true);
        }
    }
    m_known = leases;
}

void LeaseFeed::tell(const Leases::value_type& lease, bool present) {
    const auto& [address, mac] = lease;
    m_push(state::LeaseSeen{m_target.node, portOfAddress(m_lab, m_target.node, address), address, mac, present});
}

} // namespace podleaf::observe
