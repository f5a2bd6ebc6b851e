// SPDX-License-Identifier: GPL-3.0-or-later
// How a leg is asked with curl and what its end means. Pure functions; any thread.
#pragma once

#include "results.h"

#include <core/channel/node_channel.h>
#include <core/intent/intent.h>

#include <chrono>

namespace podleaf::verify {

/// The command: one GET, body on standard output (bounded), code and time on standard error.
channel::Command curlCommand(const intent::Leg& leg, std::chrono::milliseconds timeout);

/// What curl reported, into a result: ok only for 200 and a body that names the pod that was asked.
LegResult readCurl(const intent::Leg& leg, const channel::CommandResult& ended, std::chrono::milliseconds timeout);

/// The result's fixed part: from, to, url, expected.
LegResult blankResult(const intent::Leg& leg);

/// Whether `name` stands in `body` as a word of its own: "my-nginx-1" is not in "hello from my-nginx-10".
bool namesPod(const QByteArray& body, const QString& name);

} // namespace podleaf::verify
