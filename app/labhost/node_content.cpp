// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_content.h"

#include "route_batch.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

Answer failed(Status status, const std::string& what, int error = 0) {
    return Answer{status, error == 0 ? what : what + ": " + std::strerror(error)};
}

struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// Looks a user up in the node's /etc/passwd; getpwnam would drag NSS plug-ins of the host in.
std::optional<Owner> ownerOf(const std::string& name) {
    if (name.empty() || name == "root") {
        return Owner{};
    }
    std::ifstream passwd("/etc/passwd");
    std::string line;
    while (std::getline(passwd, line)) {
        std::istringstream fields(line);
        std::string user, password, uid, gid;
        std::getline(fields, user, ':');
        std::getline(fields, password, ':');
        std::getline(fields, uid, ':');
        std::getline(fields, gid, ':');
        if (user == name && !uid.empty() && !gid.empty()) {
            return Owner{static_cast<uid_t>(std::strtoul(uid.c_str(), nullptr, 10)),
                         static_cast<gid_t>(std::strtoul(gid.c_str(), nullptr, 10))};
        }
    }
    return std::nullopt;
}

/// Makes the folders above `path` that are missing; they belong to the file's owner.
bool makeFolders(const std::string& path, const Owner& owner) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        if (::mkdir(folder.c_str(), 0755) == 0) {
            if (::chown(folder.c_str(), owner.uid, owner.gid) != 0) {
                return false;
            }
        } else if (errno != EEXIST) {
            return false;
        }
    }
    return true;
}

bool writeAll(int fd, const std::string& content) {
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t count = ::write(fd, content.data() + done, content.size() - done);
        if (count <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(count);
    }
    return true;
}

Answer writeFile(const FileInfo& file) {
    if (!isValidPath(file.path)) {
        return failed(Status::InvalidInput, "not a path of a file: " + file.path);
    }
    const auto owner = ownerOf(file.owner);
    if (!owner) {
        return failed(Status::NotFound, "there is no user " + file.owner + " for " + file.path);
    }
    if (!makeFolders(file.path, *owner)) {
        return failed(Status::Failed, "cannot make the folder of " + file.path, errno);
    }
    // Written beside and renamed, so that nobody ever reads half a file.
    const std::string fresh = file.path.substr(0, file.path.rfind('/')) + "/.podleaf-new";
    ::unlink(fresh.c_str());
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    const bool written = fd.isValid() && writeAll(fd.get(), file.content) && ::fchown(fd.get(), owner->uid, owner->gid) == 0 &&
                         ::fchmod(fd.get(), file.mode & 07777) == 0 && ::rename(fresh.c_str(), file.path.c_str()) == 0;
    if (!written) {
        const int error = errno;
        ::unlink(fresh.c_str());
        return failed(Status::Failed, "cannot write " + file.path, error);
    }
    return {};
}

bool isValidSysctlKey(const std::string& key) {
    if (key.compare(0, 4, "net.") != 0 || key.size() > 128 || key.find("..") != std::string::npos) {
        return false;
    }
    for (const char c : key) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

int writeSysctlPath(const std::string& path, const std::string& value) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.isValid()) {
        return errno;
    }
    return ::write(fd.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size()) ? 0 : errno;
}

/// "default" is what ports start with; those that exist already get the value as well, because links are made first.
void writeToExistingPorts(const std::string& path, const std::string& value) {
    const std::string marker = "/conf/default/";
    const std::size_t at = path.find(marker);
    if (at == std::string::npos) {
        return;
    }
    const std::string conf = path.substr(0, at) + "/conf";
    DIR* folder = ::opendir(conf.c_str());
    if (folder == nullptr) {
        return;
    }
    while (const dirent* entry = ::readdir(folder)) {
        if (isValidPortName(entry->d_name)) {
            writeSysctlPath(conf + "/" + entry->d_name + path.substr(at + marker.size() - 1), value);
        }
    }
    ::closedir(folder);
}

Answer writeSysctl(const SysctlInfo& sysctl) {
    if (!isValidSysctlKey(sysctl.key) || sysctl.value.size() > 256) {
        return failed(Status::InvalidInput, "not a net.* sysctl: " + sysctl.key);
    }
    std::string path = "/proc/sys/" + sysctl.key;
    std::replace(path.begin() + 10, path.end(), '.', '/');
    const int error = writeSysctlPath(path, sysctl.value);
    // Without br_netfilter there is nothing to switch off.
    const bool nothingThere = error == ENOENT && sysctl.value == "0" && sysctl.key.compare(0, 11, "net.bridge.") == 0;
    if (error != 0 && !nothingThere) {
        return failed(error == ENOENT ? Status::NotFound : Status::Failed, "cannot set " + sysctl.key, error);
    }
    writeToExistingPorts(path, sysctl.value);
    return {};
}

std::string dotted(std::uint32_t address, int length) {
    std::array<char, INET_ADDRSTRLEN> text{};
    const in_addr value{htonl(address)};
    ::inet_ntop(AF_INET, &value, text.data(), text.size());
    return std::string(text.data()) + "/" + std::to_string(length);
}

enum class Turn { Add, Remove };

/// What is gone already is as it should be.
bool isFine(Turn turn, int error) {
    return turn == Turn::Add ? error == EEXIST : error == EADDRNOTAVAIL || error == ESRCH || error == ENODEV;
}

Answer turnAddresses(int socket, const std::vector<AddressInfo>& addresses, Turn turn) {
    RouteBatch batch(socket);
    std::vector<const AddressInfo*> asked;
    for (const AddressInfo& address : addresses) {
        const unsigned index =
            isValidPortName(address.interface) || address.interface == "lo" ? ::if_nametoindex(address.interface.c_str()) : 0;
        if (index == 0 && turn == Turn::Remove) {
            continue; // its port went with its cable
        }
        if (index == 0 || address.prefixLength > 32) {
            return failed(Status::NotFound, "there is no interface " + address.interface.substr(0, 32));
        }
        asked.push_back(&address);
        nlmsghdr* header = turn == Turn::Add ? batch.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, sizeof(ifaddrmsg))
                                             : batch.begin(RTM_DELADDR, 0, sizeof(ifaddrmsg));
        auto* info = static_cast<ifaddrmsg*>(mnl_nlmsg_get_payload(header));
        info->ifa_family = AF_INET;
        info->ifa_prefixlen = address.prefixLength;
        info->ifa_index = index;
        mnl_attr_put_u32(header, IFA_LOCAL, htonl(address.address));
        mnl_attr_put_u32(header, IFA_ADDRESS, htonl(address.address));
        if (address.prefixLength < 31) {
            mnl_attr_put_u32(header, IFA_BROADCAST, htonl(address.address | (~std::uint32_t{0} >> address.prefixLength)));
        }
    }
    for (const auto& failure : batch.finish()) {
        if (!isFine(turn, failure.error)) {
            const AddressInfo& address = *asked[failure.index];
            const std::string what = turn == Turn::Add ? "cannot add " : "cannot remove ";
            return failed(Status::Failed, what + dotted(address.address, address.prefixLength) + " at " + address.interface, failure.error);
        }
    }
    return {};
}

Answer turnRoutes(int socket, const std::vector<RouteInfo>& routes, Turn turn) {
    RouteBatch batch(socket);
    for (const RouteInfo& route : routes) {
        if (route.prefixLength > 32) {
            return failed(Status::InvalidInput, "a route's prefix is longer than 32 bits");
        }
        nlmsghdr* header = turn == Turn::Add ? batch.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, sizeof(rtmsg))
                                             : batch.begin(RTM_DELROUTE, 0, sizeof(rtmsg));
        auto* info = static_cast<rtmsg*>(mnl_nlmsg_get_payload(header));
        info->rtm_family = AF_INET;
        info->rtm_dst_len = route.prefixLength;
        info->rtm_table = RT_TABLE_MAIN;
        info->rtm_protocol = RTPROT_STATIC;
        info->rtm_scope = RT_SCOPE_UNIVERSE;
        info->rtm_type = RTN_UNICAST;
        if (route.prefixLength > 0) {
            mnl_attr_put_u32(header, RTA_DST, htonl(route.destination));
        }
        mnl_attr_put_u32(header, RTA_GATEWAY, htonl(route.via));
        if (route.source != 0) {
            mnl_attr_put_u32(header, RTA_PREFSRC, htonl(route.source));
        }
    }
    for (const auto& failure : batch.finish()) {
        if (turn == Turn::Remove && isFine(turn, failure.error)) {
            continue;
        }
        const RouteInfo& route = routes[failure.index];
        const std::string what = turn == Turn::Add ? "cannot add the route " : "cannot remove the route ";
        return failed(Status::Failed, what + dotted(route.destination, route.prefixLength), failure.error);
    }
    return {};
}

} // namespace

Answer applyContent(const Apply& content) {
    for (const std::string& path : content.goneFiles) {
        if (!isValidPath(path) || (::unlink(path.c_str()) != 0 && errno != ENOENT)) {
            return failed(Status::Failed, "cannot remove " + path.substr(0, 256), errno);
        }
    }
    for (const SysctlInfo& sysctl : content.sysctls) {
        if (Answer answer = writeSysctl(sysctl); answer.status != Status::Ok) {
            return answer;
        }
    }
    const UniqueFd socket = openRouteSocket();
    // Old routes and addresses first: the new ones may be the same numbers in another place.
    Answer answer = turnRoutes(socket.get(), content.goneRoutes, Turn::Remove);
    for (const auto& [addresses, turn] : {std::pair(&content.goneAddresses, Turn::Remove), std::pair(&content.addresses, Turn::Add)}) {
        if (answer.status == Status::Ok) {
            answer = turnAddresses(socket.get(), *addresses, turn);
        }
    }
    if (answer.status == Status::Ok) {
        answer = turnRoutes(socket.get(), content.routes, Turn::Add);
    }
    for (const FileInfo& file : content.files) {
        if (answer.status == Status::Ok) {
            answer = writeFile(file);
        }
    }
    return answer;
}

Answer readNodeFile(const ReadFile& request) {
    if (!isValidPath(request.path)) {
        return failed(Status::InvalidInput, "not a path of a file: " + request.path.substr(0, 256));
    }
    const UniqueFd fd(::open(request.path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat info {};
    if (!fd.isValid() || ::fstat(fd.get(), &info) != 0) {
        return failed(errno == ENOENT || errno == ENOTDIR ? Status::NotFound : Status::Failed, "cannot read " + request.path, errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return failed(Status::InvalidInput, request.path + " is not a regular file");
    }
    ReadFileReply reply;
    const std::size_t limit = std::min<std::size_t>(request.maxBytes, kMaxStringBytes);
    std::array<char, 16 * 1024> buffer;
    while (reply.content.size() < limit) {
        const ssize_t count = ::read(fd.get(), buffer.data(), std::min(buffer.size(), limit - reply.content.size()));
        if (count < 0) {
            return failed(Status::Failed, "cannot read " + request.path, errno);
        }
        if (count == 0) {
            break;
        }
        reply.content.append(buffer.data(), static_cast<std::size_t>(count));
    }
    Answer answer;
    answer.body = encode(reply);
    return answer;
}

namespace {

void putBridge(RouteBatch& batch, const std::string& name, const std::array<std::uint8_t, 6>& mac) {
    nlmsghdr* header = batch.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(ifinfomsg));
    auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_get_payload(header));
    info->ifi_change = IFF_UP;
    info->ifi_flags = IFF_UP;
    mnl_attr_put_strz(header, IFLA_IFNAME, name.c_str());
    mnl_attr_put(header, IFLA_ADDRESS, mac.size(), mac.data());
    nlattr* linkInfo = mnl_attr_nest_start(header, IFLA_LINKINFO);
    mnl_attr_put_strz(header, IFLA_INFO_KIND, "bridge");
    nlattr* data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
    mnl_attr_put_u32(header, IFLA_BR_FORWARD_DELAY, 0);
    mnl_attr_put_u32(header, IFLA_BR_STP_STATE, 0);
    mnl_attr_nest_end(header, data);
    mnl_attr_nest_end(header, linkInfo);
}

} // namespace

std::string prepareNetwork(const std::string& lab, const NodeInfo& node, std::vector<std::uint32_t>& indexes) {
    // Duplicate address detection would hold every IPv6 session for a second; an IPv6 address and what leads to it
    // shall survive a cable that is cut and joined. Hosts without IPv6 have neither key.
    for (const char* which : {"all", "default"}) {
        const std::string folder = std::string("/proc/sys/net/ipv6/conf/") + which;
        writeSysctlPath(folder + "/accept_dad", "0");
        writeSysctlPath(folder + "/keep_addr_on_down", "1");
    }
    const UniqueFd socket = openRouteSocket();
    RouteBatch batch(socket.get());
    beginLinkState(batch, "lo", true);
    for (const std::string& bridge : node.bridges) {
        putBridge(batch, bridge, macOf(lab, node.name, bridge));
    }
    for (const auto& failure : batch.finish()) {
        return std::string("cannot make ") + (failure.index == 0 ? "lo" : node.bridges[failure.index - 1]) + ": " +
               std::strerror(failure.error);
    }
    for (const std::string& bridge : node.bridges) {
        indexes.push_back(::if_nametoindex(bridge.c_str()));
    }
    return {};
}

} // namespace podleaf::labhost
