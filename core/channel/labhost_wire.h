// SPDX-License-Identifier: GPL-3.0-or-later
// The lab host's wire format: frame header and the encoding of values. Std only, shared by podleaf-labhost
// and its clients; pure functions that treat every byte as hostile. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podleaf::labhost {

inline constexpr std::uint32_t kMagic = 0x31484c50; ///< "PLH1" in memory.
inline constexpr std::uint16_t kProtocolVersion = 5;

/// One SOCK_SEQPACKET message never exceeds this; longer bodies travel in a sealed memfd.
inline constexpr std::size_t kMaxMessageBytes = 64 * 1024;
/// The longest body of any message, in a memfd or not.
inline constexpr std::size_t kMaxBodyBytes = 32 * 1024 * 1024;
inline constexpr std::size_t kMaxStringBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxListItems = 16384;
inline constexpr std::size_t kMaxDescriptors = 8;

/// What a frame is. A Cancel names the request to give up by its id and is not answered itself; that request's
/// reply still comes.
enum class Kind : std::uint8_t { Request = 1, Reply = 2, Event = 3, Cancel = 4 };

/// The closed list of what a lab host does.
enum class Verb : std::uint8_t {
    None = 0,
    Hello,
    Ping,
    List,
    SetLab,
    AddNodes,
    AddLinks,
    SetLink,
    SetImpairment,
    GetImpairments,
    RemoveLinks,
    RemoveNode,
    PowerOff,
    Apply,
    StartService,
    StopService,
    ListServices,
    Exec,
    Signal,
    ConnectUnix,
    ConnectTcp,
    OpenNetlink,
    OpenPackets,
    ReadFile,
    Subscribe,
    Stats,
    Shutdown,
    DeclareImpairments,
    NodeReady, ///< Only from a node's init to the lab host.
    Usage,
    Last = Usage,
};

/// Outcome of a request; clients map it to their own error codes.
enum class Status : std::uint8_t {
    Ok,
    NotFound,
    AlreadyExists,
    Denied,
    InvalidInput,
    Conflict,
    Failed,
    Timeout,
    Unreachable,
    Cancelled,
    Lacks, ///< The kernel cannot do it.
    Internal
};

/// Start of every frame. Little-endian, packed by hand: 24 bytes.
struct Header {
    Kind kind = Kind::Request;
    Verb verb = Verb::None;
    bool bodyInMemfd = false; ///< The body is in the first descriptor instead of behind the header.
    std::uint64_t id = 0;
    std::uint32_t bodyBytes = 0;
};
inline constexpr std::size_t kHeaderBytes = 24;

/// Appends values to a buffer.
class Writer {
public:
    static constexpr bool kReading = false;

    template <class T>
    void operator()(const T& value) {
        put(value);
    }
    std::string take() { return std::move(m_bytes); }

    template <class T>
    void integer(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            m_bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
        }
    }

private:
    void put(bool value) { integer<std::uint8_t>(value ? 1 : 0); }
    void put(std::uint8_t value) { integer(value); }
    void put(std::uint16_t value) { integer(value); }
    void put(std::uint32_t value) { integer(value); }
    void put(std::uint64_t value) { integer(value); }
    void put(std::int32_t value) { integer(static_cast<std::uint32_t>(value)); }
    void put(const std::string& value) {
        integer(static_cast<std::uint32_t>(value.size()));
        m_bytes += value;
    }
    template <class T>
    void put(const std::vector<T>& values) {
        integer(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values) {
            put(value);
        }
    }
    template <class T>
        requires requires(T& value, Writer& writer) { value.fields(writer); }
    void put(const T& value) {
        const_cast<T&>(value).fields(*this); // fields() only reads through a Writer
    }

    std::string m_bytes;
};

/// Takes values from a buffer; after the first fault everything reads as empty and ok() is false.
class Reader {
public:
    static constexpr bool kReading = true;

    explicit Reader(std::string_view bytes) : m_rest(bytes) {}

    template <class T>
    void operator()(T& value) {
        get(value);
    }
    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] bool atEnd() const { return m_ok && m_rest.empty(); }
    [[nodiscard]] std::string_view rest() const { return m_rest; }

    template <class T>
    T integer() {
        if (!m_ok || m_rest.size() < sizeof(T)) {
            m_ok = false;
            return T{};
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(m_rest[i])) << (8 * i);
        }
        m_rest.remove_prefix(sizeof(T));
        return static_cast<T>(value);
    }

private:
    void get(bool& value) {
        const auto byte = integer<std::uint8_t>();
        m_ok = m_ok && byte <= 1;
        value = byte == 1;
    }
    void get(std::uint8_t& value) { value = integer<std::uint8_t>(); }
    void get(std::uint16_t& value) { value = integer<std::uint16_t>(); }
    void get(std::uint32_t& value) { value = integer<std::uint32_t>(); }
    void get(std::uint64_t& value) { value = integer<std::uint64_t>(); }
    void get(std::int32_t& value) { value = static_cast<std::int32_t>(integer<std::uint32_t>()); }
    void get(std::string& value) {
        const auto size = integer<std::uint32_t>();
        if (!m_ok || size > kMaxStringBytes || size > m_rest.size()) {
            m_ok = false;
            return;
        }
        value.assign(m_rest.substr(0, size));
        m_rest.remove_prefix(size);
    }
    template <class T>
    void get(std::vector<T>& values) {
        const auto count = integer<std::uint32_t>();
        // Every item takes at least one byte, so a count beyond the rest is a lie and reserves nothing.
        if (!m_ok || count > kMaxListItems || count > m_rest.size()) {
            m_ok = false;
            return;
        }
        for (std::uint32_t i = 0; i < count && m_ok; ++i) {
            get(values.emplace_back());
        }
    }
    template <class T>
        requires requires(T& value, Reader& reader) { value.fields(reader); }
    void get(T& value) {
        value.fields(*this);
    }

    std::string_view m_rest;
    bool m_ok = true;
};

/// The bytes of a message struct (anything with `fields`).
template <class T>
std::string encode(const T& message) {
    Writer writer;
    writer(message);
    return writer.take();
}

/// The message, or nullopt when a length lies, a limit is passed or bytes are left over.
template <class T>
std::optional<T> decode(std::string_view bytes) {
    Reader reader(bytes);
    T message;
    reader(message);
    if (!reader.atEnd()) {
        return std::nullopt;
    }
    return message;
}

inline std::string encodeHeader(const Header& header) {
    Writer writer;
    writer.integer(kMagic);
    writer.integer(kProtocolVersion);
    writer.integer(static_cast<std::uint8_t>(header.kind));
    writer.integer(static_cast<std::uint8_t>(header.verb));
    writer.integer(header.id);
    writer.integer(header.bodyBytes);
    writer.integer<std::uint32_t>(header.bodyInMemfd ? 1 : 0);
    return writer.take();
}

/// The header of a whole frame, or nullopt: wrong magic or version, unknown kind or verb, or a body length that
/// does not match the frame.
inline std::optional<Header> decodeHeader(std::string_view frame) {
    Reader reader(frame);
    const auto magic = reader.integer<std::uint32_t>();
    const auto version = reader.integer<std::uint16_t>();
    const auto kind = reader.integer<std::uint8_t>();
    const auto verb = reader.integer<std::uint8_t>();
    Header header;
    header.id = reader.integer<std::uint64_t>();
    header.bodyBytes = reader.integer<std::uint32_t>();
    const auto flags = reader.integer<std::uint32_t>();
    if (!reader.ok() || magic != kMagic || version != kProtocolVersion || flags > 1) {
        return std::nullopt;
    }
    if (kind < 1 || kind > static_cast<std::uint8_t>(Kind::Cancel) || verb > static_cast<std::uint8_t>(Verb::Last)) {
        return std::nullopt;
    }
    header.kind = static_cast<Kind>(kind);
    header.verb = static_cast<Verb>(verb);
    header.bodyInMemfd = flags == 1;
    const std::size_t behind = frame.size() - kHeaderBytes;
    const bool lengthFits = header.bodyInMemfd ? behind == 0 : behind == header.bodyBytes;
    if (!lengthFits || header.bodyBytes > kMaxBodyBytes) {
        return std::nullopt;
    }
    return header;
}

} // namespace podleaf::labhost
