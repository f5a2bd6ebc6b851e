// SPDX-License-Identifier: GPL-3.0-or-later
#include "port_filter.h"

#include "netlink_attributes.h"

#include <core/channel/labhost_messages.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

namespace podleaf::labhost {

namespace {

constexpr const char* kTable = "podleaf_fault";
constexpr std::int32_t kPriority = -500;       ///< Before everything that people and agents hook there.
constexpr std::uint16_t kNonRecursive = 0x100; ///< NLM_F_NONREC, which old headers lack.

/// A transaction of nf_tables: all of it or nothing.
class FilterBatch {
public:
    FilterBatch() { mark(NFNL_MSG_BATCH_BEGIN); }

    /// Begins a message about our table; attributes follow by mnl_attr_put*.
    nlmsghdr* begin(int type, std::uint16_t flags) {
        return put(static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | type), static_cast<std::uint16_t>(flags | NLM_F_ACK),
                   NFPROTO_NETDEV, 0);
    }
    /// Commits; 0 or the errno of the first message that was refused.
    int commit(int socket);

private:
    void mark(std::uint16_t type) { put(type, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES); }
    nlmsghdr* put(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource);
    void close() { m_used += m_last == nullptr ? 0 : NLMSG_ALIGN(m_last->nlmsg_len); }

    alignas(nlmsghdr) std::array<char, 8192> m_buffer; ///< Eight messages of a few hundred bytes at most.
    std::size_t m_used = 0;
    nlmsghdr* m_last = nullptr;
};

nlmsghdr* FilterBatch::put(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource) {
    close();
    m_last = mnl_nlmsg_put_header(m_buffer.data() + m_used);
    m_last->nlmsg_type = type;
    m_last->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* generic = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(m_last, sizeof(nfgenmsg)));
    generic->nfgen_family = family;
    generic->version = NFNETLINK_V0;
    generic->res_id = htons(resource);
    return m_last;
}

int FilterBatch::commit(int socket) {
    mark(NFNL_MSG_BATCH_END);
    close();
    if (::send(socket, m_buffer.data(), m_used, 0) < 0) {
        return errno;
    }
    int error = 0;
    std::array<char, 16 * 1024> answers;
    while (true) {
        const ssize_t count = ::recv(socket, answers.data(), answers.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return error; // the kernel had answered all of it when send() returned
        }
        int left = static_cast<int>(count);
        for (auto* answer = reinterpret_cast<nlmsghdr*>(answers.data()); mnl_nlmsg_ok(answer, left);
             answer = mnl_nlmsg_next(answer, &left)) {
            if (answer->nlmsg_type == NLMSG_ERROR && error == 0) {
                error = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(answer))->error;
            }
        }
    }
}

void putNumber(nlmsghdr* message, std::uint16_t type, std::uint32_t value) {
    mnl_attr_put_u32(message, type, htonl(value)); // nf_tables speaks network byte order
}

/// One expression of a rule: `{name, data}`, where `fill` puts the data.
template <class Fill>
void putExpression(nlmsghdr* message, const char* name, Fill fill) {
    nlattr* element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    mnl_attr_put_strz(message, NFTA_EXPR_NAME, name);
    nlattr* data = mnl_attr_nest_start(message, NFTA_EXPR_DATA);
    fill();
    mnl_attr_nest_end(message, data);
    mnl_attr_nest_end(message, element);
}

/// "numgen random mod 10000 < loss", as nft itself compiles it.
void putChance(nlmsghdr* message, std::uint32_t loss) {
    putExpression(message, "numgen", [&] {
        putNumber(message, NFTA_NG_DREG, NFT_REG_1);
        putNumber(message, NFTA_NG_MODULUS, kMaxLoss);
        putNumber(message, NFTA_NG_TYPE, NFT_NG_RANDOM);
        putNumber(message, NFTA_NG_OFFSET, 0);
    });
    putExpression(message, "byteorder", [&] {
        putNumber(message, NFTA_BYTEORDER_SREG, NFT_REG_1);
        putNumber(message, NFTA_BYTEORDER_DREG, NFT_REG_1);
        putNumber(message, NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
        putNumber(message, NFTA_BYTEORDER_LEN, sizeof loss);
        putNumber(message, NFTA_BYTEORDER_SIZE, sizeof loss);
    });
    putExpression(message, "cmp", [&] {
        putNumber(message, NFTA_CMP_SREG, NFT_REG_1);
        putNumber(message, NFTA_CMP_OP, NFT_CMP_LT);
        nlattr* data = mnl_attr_nest_start(message, NFTA_CMP_DATA);
        putNumber(message, NFTA_DATA_VALUE, loss);
        mnl_attr_nest_end(message, data);
    });
}

void putRule(FilterBatch& batch, const std::string& port, std::uint32_t loss) {
    nlmsghdr* message = batch.begin(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
    mnl_attr_put_strz(message, NFTA_RULE_TABLE, kTable);
    mnl_attr_put_strz(message, NFTA_RULE_CHAIN, port.c_str());
    nlattr* expressions = mnl_attr_nest_start(message, NFTA_RULE_EXPRESSIONS);
    if (loss < kMaxLoss) {
        putChance(message, loss);
    }
    putExpression(message, "counter", [] {});
    putExpression(message, "immediate", [&] {
        putNumber(message, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        nlattr* data = mnl_attr_nest_start(message, NFTA_IMMEDIATE_DATA);
        nlattr* verdict = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);
        putNumber(message, NFTA_VERDICT_CODE, NF_DROP);
        mnl_attr_nest_end(message, verdict);
        mnl_attr_nest_end(message, data);
    });
    mnl_attr_nest_end(message, expressions);
}

nlmsghdr* beginChain(FilterBatch& batch, int type, const std::string& port) {
    nlmsghdr* message = batch.begin(type, type == NFT_MSG_NEWCHAIN ? NLM_F_CREATE : 0);
    mnl_attr_put_strz(message, NFTA_CHAIN_TABLE, kTable);
    mnl_attr_put_strz(message, NFTA_CHAIN_NAME, port.c_str());
    return message;
}

void putIngressChain(FilterBatch& batch, const std::string& port) {
    nlmsghdr* message = beginChain(batch, NFT_MSG_NEWCHAIN, port);
    mnl_attr_put_strz(message, NFTA_CHAIN_TYPE, "filter");
    nlattr* hook = mnl_attr_nest_start(message, NFTA_CHAIN_HOOK);
    putNumber(message, NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS);
    putNumber(message, NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(kPriority));
    mnl_attr_put_strz(message, NFTA_HOOK_DEV, port.c_str());
    mnl_attr_nest_end(message, hook);
}

/// Adds what one rule takes away to `filter`: nothing, when it is not one of ours.
void addRule(const nlattr* expressions, PortFilter& filter) {
    std::uint32_t modulus = 0;
    std::uint32_t below = 0;
    bool drops = false;
    forAttributesOf(expressions, [&](const nlattr* element) {
        const nlattr* name = findAttribute(element, NFTA_EXPR_NAME);
        const nlattr* data = findAttribute(element, NFTA_EXPR_DATA);
        if (name == nullptr || data == nullptr || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0) {
            return;
        }
        const std::string expression = mnl_attr_get_str(name);
        if (expression == "numgen") {
            modulus = ntohl(numberOf(findAttribute(data, NFTA_NG_MODULUS)));
        } else if (expression == "cmp") {
            below = ntohl(numberOf(findAttribute(findAttribute(data, NFTA_CMP_DATA), NFTA_DATA_VALUE)));
        } else if (expression == "immediate") {
            const nlattr* verdict = findAttribute(findAttribute(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
            const nlattr* code = findAttribute(verdict, NFTA_VERDICT_CODE);
            drops = code != nullptr && ntohl(numberOf(code)) == NF_DROP;
        }
    });
    if (drops && modulus == 0) {
        filter.drop = true;
    } else if (drops && modulus == kMaxLoss) {
        filter.loss = below;
    }
}

} // namespace

UniqueFd openFilterSocket() {
    UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
    const int on = 1;
    if (socket.isValid()) {
        ::setsockopt(socket.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on); // errors do not echo the whole message
    }
    return socket;
}

int setPortFilter(int socket, const std::string& port, const PortFilter& wanted) {
    FilterBatch batch;
    mnl_attr_put_strz(batch.begin(NFT_MSG_NEWTABLE, NLM_F_CREATE), NFTA_TABLE_NAME, kTable);
    beginChain(batch, NFT_MSG_NEWCHAIN, port); // so that there is one to delete
    beginChain(batch, NFT_MSG_DELCHAIN, port);
    if (wanted != PortFilter{}) {
        putIngressChain(batch, port);
    }
    if (wanted.drop) {
        putRule(batch, port, kMaxLoss);
    }
    if (wanted.loss > 0) {
        putRule(batch, port, wanted.loss);
    }
    const int error = batch.commit(socket);
    if (error != 0 || wanted != PortFilter{}) {
        return error;
    }
    FilterBatch last;
    mnl_attr_put_strz(last.begin(NFT_MSG_DELTABLE, kNonRecursive), NFTA_TABLE_NAME, kTable);
    const int refused = last.commit(socket);
    return refused == EBUSY ? 0 : refused; // other ports have chains in it
}

PortFilter readPortFilter(int socket, const std::string& port) {
    alignas(nlmsghdr) std::array<char, 512> request;
    nlmsghdr* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETRULE;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)))->nfgen_family = NFPROTO_NETDEV;
    mnl_attr_put_strz(header, NFTA_RULE_TABLE, kTable);
    mnl_attr_put_strz(header, NFTA_RULE_CHAIN, port.c_str());
    PortFilter filter;
    if (::send(socket, request.data(), header->nlmsg_len, 0) < 0) {
        return filter;
    }
    std::array<char, 16 * 1024> answers;
    while (true) {
        const ssize_t count = ::recv(socket, answers.data(), answers.size(), MSG_DONTWAIT);
        if (count <= 0) {
            return filter;
        }
        int left = static_cast<int>(count);
        for (auto* answer = reinterpret_cast<nlmsghdr*>(answers.data()); mnl_nlmsg_ok(answer, left);
             answer = mnl_nlmsg_next(answer, &left)) {
            if (answer->nlmsg_type == NLMSG_DONE || answer->nlmsg_type == NLMSG_ERROR) {
                return filter;
            }
            forAttributesOf(answer, sizeof(nfgenmsg), [&filter](const nlattr* attribute) {
                if (mnl_attr_get_type(attribute) == NFTA_RULE_EXPRESSIONS) {
                    addRule(attribute, filter);
                }
            });
        }
    }
}

} // namespace podleaf::labhost
