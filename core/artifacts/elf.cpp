// SPDX-License-Identifier: GPL-3.0-or-later
#include "elf.h"

#include <QCoreApplication>
#include <QSet>

#include <cstring>
#include <elf.h>
#include <vector>

namespace podleaf::artifacts {

namespace {

constexpr std::size_t kMostHeaders = 256;
constexpr std::size_t kMostEntries = 4096;
constexpr qsizetype kLongestName = 4096;

QString tr(const char* text) {
    return QCoreApplication::translate("Artifacts", text);
}

/// A structure at an offset, if the file is that long.
template <class T>
std::optional<T> structAt(QByteArrayView file, std::uint64_t offset) {
    const auto size = static_cast<std::uint64_t>(file.size());
    if (offset > size || size - offset < sizeof(T)) {
        return std::nullopt;
    }
    T value;
    std::memcpy(&value, file.data() + offset, sizeof value);
    return value;
}

std::optional<QString> textAt(QByteArrayView file, std::uint64_t offset) {
    if (offset >= static_cast<std::uint64_t>(file.size())) {
        return std::nullopt;
    }
    const QByteArrayView rest = file.sliced(static_cast<qsizetype>(offset));
    const auto* const end =
        static_cast<const char*>(std::memchr(rest.data(), 0, static_cast<std::size_t>(std::min(rest.size(), kLongestName))));
    return end == nullptr ? std::nullopt : std::optional(QString::fromUtf8(rest.data(), end - rest.data()));
}

/// Where an address of the running program lies in the file.
std::optional<std::uint64_t> offsetOf(const std::vector<Elf64_Phdr>& segments, std::uint64_t address) {
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
            return segment.p_offset + (address - segment.p_vaddr);
        }
    }
    return std::nullopt;
}

std::vector<Elf64_Dyn> dynamicEntries(QByteArrayView file, const Elf64_Phdr& segment) {
    std::vector<Elf64_Dyn> entries;
    for (std::size_t i = 0; i < std::min<std::size_t>(segment.p_filesz / sizeof(Elf64_Dyn), kMostEntries); ++i) {
        const auto entry = structAt<Elf64_Dyn>(file, segment.p_offset + i * sizeof(Elf64_Dyn));
        if (!entry || entry->d_tag == DT_NULL) {
            break;
        }
        entries.push_back(*entry);
    }
    return entries;
}

bool readDynamic(QByteArrayView file, const std::vector<Elf64_Phdr>& segments, const Elf64_Phdr& dynamic, ElfNeeds& needs) {
    const std::vector<Elf64_Dyn> entries = dynamicEntries(file, dynamic);
    std::optional<std::uint64_t> strings;
    for (const Elf64_Dyn& entry : entries) {
        if (entry.d_tag == DT_STRTAB) {
            strings = offsetOf(segments, entry.d_un.d_ptr);
        }
    }
    for (const Elf64_Dyn& entry : entries) {
        if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) {
            continue;
        }
        const auto text = strings ? textAt(file, *strings + entry.d_un.d_val) : std::nullopt;
        if (!text) {
            return false;
        }
        if (entry.d_tag == DT_NEEDED) {
            needs.libraries << *text;
        } else {
            needs.folders << text->split(QLatin1Char(':'), Qt::SkipEmptyParts);
        }
    }
    return true;
}

/// Where the loader looks, in its order: what the file says, then the folders of /etc/ld.so.conf.d and its own.
QStringList placesFor(const QString& path, const ElfNeeds& needs, const QString& library) {
    QStringList places;
    for (QString folder : needs.folders) {
        const QString origin = path.section(QLatin1Char('/'), 0, -2);
        folder.replace(QLatin1String("${ORIGIN}"), origin).replace(QLatin1String("$ORIGIN"), origin);
        places << folder + QLatin1Char('/') + library;
    }
    for (const char* folder : {"usr/lib/x86_64-linux-gnu/", "usr/lib/aarch64-linux-gnu/", "usr/lib/", "usr/lib64/"}) {
        places << QLatin1String(folder) + library;
    }
    return places;
}

std::optional<QString> findLibrary(const FileTree& tree, const QStringList& places) {
    for (const QString& place : places) {
        if (tree.resolve(place)) {
            return place;
        }
    }
    return std::nullopt;
}

/// The files that `path` needs, each with the places where it may be.
std::vector<QStringList> needsOf(const FileTree& tree, const QString& path) {
    const auto content = tree.find(path)->kind == TarKind::File ? tree.read(path) : Result<QByteArray>(QByteArray());
    const auto needs = content ? readElf(*content) : std::nullopt;
    std::vector<QStringList> all;
    if (needs && !needs->interpreter.isEmpty()) {
        all.push_back({needs->interpreter});
    }
    for (const QString& library : needs ? needs->libraries : QStringList()) {
        all.push_back(placesFor(path, *needs, library));
    }
    return all;
}

} // namespace

std::optional<ElfNeeds> readElf(QByteArrayView file) {
    const auto head = structAt<Elf64_Ehdr>(file, 0);
    const bool isElf = head && std::memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 && head->e_ident[EI_CLASS] == ELFCLASS64 &&
                       head->e_ident[EI_DATA] == ELFDATA2LSB && head->e_phentsize == sizeof(Elf64_Phdr) && head->e_phnum <= kMostHeaders;
    if (!isElf) {
        return std::nullopt;
    }
    std::vector<Elf64_Phdr> segments;
    for (std::size_t i = 0; i < head->e_phnum; ++i) {
        const auto segment = structAt<Elf64_Phdr>(file, head->e_phoff + i * sizeof(Elf64_Phdr));
        if (!segment) {
            return std::nullopt;
        }
        segments.push_back(*segment);
    }
    ElfNeeds needs;
    for (const Elf64_Phdr& segment : segments) {
        const auto interpreter = segment.p_type == PT_INTERP ? textAt(file, segment.p_offset) : QString();
        if (!interpreter || (segment.p_type == PT_DYNAMIC && !readDynamic(file, segments, segment, needs))) {
            return std::nullopt;
        }
        needs.interpreter = interpreter->isEmpty() ? needs.interpreter : *interpreter;
    }
    return needs;
}

Result<> closeOverLibraries(FileTree& image, const FileTree& packages) {
    QSet<QString> seen;
    bool isGrowing = true;
    while (std::exchange(isGrowing, false)) {
        const std::map<QString, TreeNode> now = image.nodes(); // it grows meanwhile
        for (const auto& [path, node] : now) {
            if (seen.contains(path)) {
                continue;
            }
            seen.insert(path);
            for (const QStringList& places : needsOf(image, path)) {
                if (findLibrary(image, places)) {
                    continue;
                }
                const auto library = findLibrary(packages, places);
                if (!library) {
                    return fail(ErrorCode::NotFound,
                                tr("%1 needs %2, which none of the packages has.").arg(path, places.back().section(QLatin1Char('/'), -1)));
                }
                if (auto taken = image.take(packages, *library); !taken) {
                    return taken;
                }
                isGrowing = true;
            }
        }
    }
    return {};
}

QStringList missingLibraries(const FileTree& image) {
    QStringList missing;
    for (const auto& [path, node] : image.nodes()) {
        for (const QStringList& places : needsOf(image, path)) {
            if (!findLibrary(image, places)) {
                missing << tr("%1 needs %2").arg(path, places.back().section(QLatin1Char('/'), -1));
            }
        }
    }
    return missing;
}

} // namespace podleaf::artifacts
