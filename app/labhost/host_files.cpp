// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_files.h"

#include "mount_points.h"
#include "user_namespace.h"

#include <core/base/unique_fd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace podleaf::labhost {

namespace {

constexpr std::size_t kMaxEntries = 20'000;
constexpr off_t kMaxFileBytes = 1 << 20;
constexpr int kEtcDepth = 16;
constexpr int kVarDepth = 3; ///< /var/lib/nginx/body; deeper ones are made by whoever wants them.

bool isAnyOf(const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&text](const char* word) { return text == word; });
}

/// Names in a folder; without regular files, if `foldersAndLinks`.
std::vector<std::string> namesIn(const std::string& folder, bool foldersAndLinks = false) {
    std::vector<std::string> names;
    DIR* stream = ::opendir(folder.c_str());
    while (const dirent* entry = stream == nullptr ? nullptr : ::readdir(stream)) {
        const bool isSelf = isAnyOf(entry->d_name, {".", ".."});
        const bool isWanted = !foldersAndLinks || entry->d_type != DT_REG;
        if (!isSelf && isWanted) {
            names.emplace_back(entry->d_name);
        }
    }
    if (stream != nullptr) {
        ::closedir(stream);
    }
    return names;
}

std::string in(const std::string& folder, const std::string& name) {
    std::string path = folder;
    path += '/';
    path += name;
    return path;
}

class Reader {
public:
    HostFiles read(int etcDepth, int varDepth);

private:
    const HostFiles::Entry* add(const std::string& path);
    void takeTree(const std::string& path, bool files, int depth);
    void takeFolders(const std::string& path);
    void show(const std::string& path, bool isTop);
    void bindEach(const std::string& folder, const std::vector<std::string>& names);

    HostFiles m_files;
    const std::vector<std::string> m_mounts = mountPoints();
};

/// Notes one entry as it is on the host; nullptr for what a node cannot have.
const HostFiles::Entry* Reader::add(const std::string& path) {
    struct stat info {};
    const bool isThere = m_files.entries.size() < kMaxEntries && ::lstat(path.c_str(), &info) == 0;
    const bool isKnown = S_ISDIR(info.st_mode) || S_ISREG(info.st_mode) || S_ISLNK(info.st_mode);
    if (!isThere || !isKnown) {
        return nullptr;
    }
    HostFiles::Entry entry{path, info.st_mode, info.st_uid, info.st_gid, {}};
    if (S_ISLNK(info.st_mode)) {
        std::array<char, 4096> target;
        const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
        entry.target.assign(target.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    m_files.entries.push_back(std::move(entry));
    return &m_files.entries.back();
}

/// Notes a folder and what is in it, with or without the files.
void Reader::takeTree(const std::string& path, bool files, int depth) {
    const HostFiles::Entry* entry = add(path);
    if (entry != nullptr && S_ISREG(entry->mode) && !files) {
        m_files.entries.pop_back(); // of a file system that does not tell types with names
        return;
    }
    if (entry == nullptr || !S_ISDIR(entry->mode) || depth == 0) {
        return;
    }
    for (const std::string& name : namesIn(path, !files)) {
        takeTree(in(path, name), files, depth - 1);
    }
}

/// Notes the folders in a shown folder: what is in the base belongs to root, so that a node can add files there.
void Reader::takeFolders(const std::string& path) {
    for (const std::string& name : namesIn(path)) {
        struct stat info {};
        const std::string below = in(path, name);
        if (::lstat(below.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
            add(below);
        }
    }
}

/// Shows a folder of the host by what is in it, as it is; the folder itself is the node's. Its files are copied.
void Reader::bindEach(const std::string& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const std::string path = in(folder, name);
        const HostFiles::Entry* entry = add(path);
        if (entry != nullptr && S_ISDIR(entry->mode) && path.find_first_of(",:\\") == std::string::npos) {
            m_files.shown.push_back({path, true});
        }
    }
}

/// Shows a folder of the host by an overlay; with mounts in it, by what is in it.
void Reader::show(const std::string& path, bool isTop) {
    const bool readable = ::access(path.c_str(), R_OK | X_OK) == 0 && path.find_first_of(",:\\") == std::string::npos;
    const auto names = readable ? namesIn(path) : std::vector<std::string>();
    const HostFiles::Entry* entry = add(path);
    if (names.empty() || entry == nullptr || !S_ISDIR(entry->mode)) {
        return;
    }
    const bool hasMounts = std::any_of(m_mounts.begin(), m_mounts.end(), [&path](const auto& point) { return isBelow(point, path); });
    if (hasMounts && isTop) {
        for (const std::string& name : names) {
            show(in(path, name), false);
        }
        return;
    }
    if (hasMounts && path == "/usr/lib") { // nodes get files of their own in it
        bindEach(path, names);
        return;
    }
    m_files.shown.push_back({path, hasMounts});
    if (path == "/usr" || path == "/usr/local") {
        takeFolders(path);
        takeFolders(path + "/local");
    }
}

HostFiles Reader::read(int etcDepth, int varDepth) {
    struct stat root {};
    ::stat("/", &root);
    for (const std::string& name : namesIn("/")) {
        const std::string path = "/" + name;
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) {
            continue;
        }
        // As in an overlay of "/", mounts of the host are not seen, but where programs are.
        const bool isSeen = info.st_dev == root.st_dev || isAnyOf(name, {"usr", "opt"});
        if (name == "etc") {
            takeTree(path, true, etcDepth);
        } else if (name == "var") {
            takeTree(path, false, varDepth);
        } else if (isSeen && !isAnyOf(name, {"proc", "sys", "dev", "run", "tmp", "root"})) {
            show(path, true);
        } else {
            add(path);
        }
    }
    return std::move(m_files);
}

/// passwd(5) and group(5): ids that do not exist here become root's. `fields` are the numbers' places.
std::string foldIds(const std::string& content, const IdMap& users, const IdMap& groups, bool isPasswd) {
    std::string result;
    std::istringstream lines(content);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string field;
        for (int i = 0; std::getline(fields, field, ':'); ++i) {
            const bool isNumber = !field.empty() && field.find_first_not_of("0123456789") == std::string::npos;
            const bool isId = isNumber && (i == 2 || (i == 3 && isPasswd));
            const unsigned id = isId ? static_cast<unsigned>(std::strtoul(field.c_str(), nullptr, 10)) : 0;
            result += i == 0 ? "" : ":";
            result += isId ? std::to_string((i == 2 && isPasswd ? users : groups).fold(id)) : field;
        }
        result += !line.empty() && line.back() == ':' ? ":\n" : "\n";
    }
    return result;
}

/// A regular file's content; nullopt when it cannot be read or is too big for a copy.
std::optional<std::string> contentOf(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat info {};
    if (!fd.isValid() || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > kMaxFileBytes) {
        return std::nullopt;
    }
    std::string content(static_cast<std::size_t>(info.st_size), '\0');
    const ssize_t count = content.empty() ? 0 : ::read(fd.get(), content.data(), content.size());
    content.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return content;
}

class Builder {
public:
    explicit Builder(const std::string& folder) : m_folder(folder), m_umask(::umask(0)) {}
    ~Builder() { ::umask(m_umask); }
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;
    /// False with errno set when the base cannot be written.
    bool make(const HostFiles::Entry& entry) const;

private:
    bool copy(const HostFiles::Entry& entry, const std::string& to) const;
    bool give(const HostFiles::Entry& entry, const std::string& to) const;

    const std::string& m_folder;
    const mode_t m_umask; ///< Before: modes here are the host's.
    const IdMap m_users = IdMap::ofUsers();
    const IdMap m_groups = IdMap::ofGroups();
};

bool Builder::copy(const HostFiles::Entry& entry, const std::string& to) const {
    auto content = contentOf(entry.path);
    if (!content) {
        return true;
    }
    if (entry.path == "/etc/passwd" || entry.path == "/etc/group") {
        content = foldIds(*content, m_users, m_groups, entry.path == "/etc/passwd");
    }
    const UniqueFd fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, entry.mode & 07777));
    return fd.isValid() && ::write(fd.get(), content->data(), content->size()) == static_cast<ssize_t>(content->size()) && give(entry, to);
}

/// What is root's already needs no call: a thousand of them would be felt.
bool Builder::give(const HostFiles::Entry& entry, const std::string& to) const {
    const uid_t uid = m_users.fold(entry.uid);
    const gid_t gid = m_groups.fold(entry.gid);
    return (uid == 0 && gid == 0) || (::chown(to.c_str(), uid, gid) == 0 && ::chmod(to.c_str(), entry.mode & 07777) == 0);
}

bool Builder::make(const HostFiles::Entry& entry) const {
    const std::string to = m_folder + entry.path;
    if (S_ISREG(entry.mode)) {
        return copy(entry, to);
    }
    if (S_ISLNK(entry.mode)) {
        return ::symlink(entry.target.c_str(), to.c_str()) == 0;
    }
    return ::mkdir(to.c_str(), entry.mode & 07777) == 0 && give(entry, to);
}

} // namespace

HostFiles readHostFiles() {
    return Reader().read(kEtcDepth, kVarDepth);
}

HostFiles sketchHostFiles() {
    return Reader().read(0, 0);
}

std::string makeBase(const HostFiles& files, const std::string& folder) {
    const Builder builder(folder);
    for (const HostFiles::Entry& entry : files.entries) {
        if (!builder.make(entry)) {
            return "cannot copy " + entry.path + ": " + std::strerror(errno);
        }
    }
    return {};
}

} // namespace podleaf::labhost
