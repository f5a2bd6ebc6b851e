// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T> and Error: how every function that can fail reports it. Any thread.
#pragma once

#include <QString>

#include <memory>
#include <tl/expected.hpp>
#include <utility>

namespace podleaf {

/// What a caller can branch on. The command line maps InvalidInput to exit code 2, HostLacks to 3,
/// Cancelled to 130 and the rest to 1.
enum class ErrorCode {
    Cancelled,     ///< The user stopped it. Wins over any other outcome.
    Timeout,       ///< The deadline passed first.
    NotFound,      ///< The thing named does not exist.
    AlreadyExists, ///< The name is taken by something else.
    Denied,        ///< The host or the peer refused for lack of rights.
    HostLacks,     ///< This host lacks a program, a kernel feature or a privilege; the hint mends it.
    Unreachable,   ///< Nobody answers there.
    Protocol,      ///< The peer answered something that its protocol does not allow.
    InvalidInput,  ///< The user's file or argument is wrong.
    Conflict,      ///< The state of the world contradicts the request.
    Failed,        ///< A tool or daemon ran and failed; detail has its own words.
    Internal,      ///< A bug of ours.
};

/// Why something failed. `message` is one sentence for a person ("Cannot start host1: …"), `detail` the
/// tool's raw output, `hint` what to do. `cause` is the error below this one, if any.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QString detail = {};
    QString hint = {};
    std::shared_ptr<const Error> cause = {};
};

/// Adds context on the way up: the new message stands before the old one, the old error becomes the cause.
Error wrapError(const QString& context, Error inner);

/// The error with its causes, for a terminal: message, then indented detail and "Hint: …" lines.
QString describe(const Error& error);

/// A value or an Error; discarding one is a compiler warning. Never call value(): test first, then use *.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

using Unexpected = tl::unexpected<Error>;

/// Builds the failed side of any Result: `return fail(ErrorCode::NotFound, tr("…"));`
inline Unexpected fail(ErrorCode code, QString message, QString detail = {}, QString hint = {}) {
    return Unexpected(Error{code, std::move(message), std::move(detail), std::move(hint), {}});
}
inline Unexpected fail(Error error) {
    return Unexpected(std::move(error));
}

} // namespace podleaf
