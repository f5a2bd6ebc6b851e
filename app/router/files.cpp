// SPDX-License-Identifier: GPL-3.0-or-later
#include "files.h"

#include <app/labhost/failure.h>
#include <core/base/unique_fd.h>

#include <array>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>

namespace podleaf::router {

using labhost::failure;

FrrUser FrrUser::find() {
    FrrUser frr;
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwnam_r("frr", &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
        frr = {entry.pw_uid, entry.pw_gid};
    }
    return frr;
}

Checked<std::string> readFile(const std::string& path, std::size_t mostBytes) {
    using Text = Checked<std::string>;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)); // a pipe would make it wait
    if (!fd.isValid()) {
        return Text::refused(errno == ENOENT ? std::string() : failure("cannot open " + printable(path)));
    }
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return Text::refused(printable(path) + " is not a file");
    }
    std::string text(mostBytes + 1, '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        const ssize_t count = ::read(fd.get(), text.data() + used, text.size() - used);
        if (count < 0) {
            return Text::refused(failure("cannot read " + printable(path)));
        }
        if (count == 0) {
            break;
        }
        used += static_cast<std::size_t>(count);
    }
    if (used > mostBytes) {
        return Text::refused(printable(path) + " has more than " + std::to_string(mostBytes) + " bytes");
    }
    text.resize(used);
    return used > 0 ? Text(std::move(text)) : Text::refused({});
}

std::string replaceFile(const std::string& path, std::string_view content, FrrUser reader) {
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str());
    const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
    const bool isWritten = fd.isValid() && ::write(fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                           ::fchown(fd.get(), reader.user, reader.group) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
    return isWritten ? std::string() : failure("cannot write " + path);
}

std::string printable(std::string_view text, std::size_t mostBytes) {
    std::string line;
    for (const char each : text.substr(0, mostBytes)) {
        line += each >= ' ' && each <= '~' ? each : '?';
    }
    return text.size() > mostBytes ? line + "…" : line;
}

} // namespace podleaf::router
