// SPDX-License-Identifier: GPL-3.0-or-later
// LabhostClient: one connection to a lab host. Requests from any thread are matched to their replies by
// id; a reader thread of its own receives replies, descriptors and events.
#pragma once

#include "labhost_messages.h"

#include <core/base/op_context.h>
#include <core/base/result.h>
#include <core/base/unique_fd.h>

#include <QString>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace podleaf::channel {

/// Something the lab host told without being asked. `lost` alone is set when the lab host went away; that is
/// always the last call.
struct LabhostEvent {
    labhost::EventBody body;
    bool lost = false;
};

/// What came back: the encoded body of the verb's reply and the descriptors passed with it.
struct LabhostReply {
    std::string body;
    std::vector<UniqueFd> descriptors;
};

/// A request under way. Destroying it gives the request up. One thread.
class LabhostCall {
public:
    virtual ~LabhostCall() = default;
    /// Readable, for poll(2), once the outcome is there.
    [[nodiscard]] virtual int doneDescriptor() const = 0;
    /// Asks the lab host to give up; the outcome still comes, unless it is gone.
    virtual void cancel() = 0;
    /// The outcome; Internal when it is not there yet. Take it once.
    virtual Result<LabhostReply> take() = 0;
};

/// Thread-safe, except that the event handler runs on the reader thread and must neither call this client nor
/// destroy it. When the lab host goes away every pending and later request fails with Unreachable. Descriptors
/// that were passed before stay open and pin the node's dead namespace until their owner closes them.
class LabhostClient {
public:
    using EventHandler = std::function<void(const LabhostEvent&)>;

    /// Connects and says hello. Errors: Unreachable (nobody there, or it hung up), Denied (another user's lab).
    static Result<std::shared_ptr<LabhostClient>> open(OpContext& context, const QString& socketPath, EventHandler handler = {});
    /// The same over a connected SOCK_SEQPACKET socket.
    static Result<std::shared_ptr<LabhostClient>> openOn(OpContext& context, UniqueFd socket, EventHandler handler = {});
    ~LabhostClient();
    LabhostClient(const LabhostClient&) = delete;
    LabhostClient& operator=(const LabhostClient&) = delete;

    /// Sends one request and waits for its reply. `descriptors` are passed along and stay the caller's. When the
    /// context ends first, the lab host is told to give the request up: a program it started is killed.
    Result<LabhostReply> call(OpContext& context, labhost::Verb verb, const std::string& body, const std::vector<int>& descriptors = {});

    /// The same without waiting; for whoever has more to do meanwhile.
    Result<std::unique_ptr<LabhostCall>> begin(OpContext& context, labhost::Verb verb, const std::string& body,
                                               const std::vector<int>& descriptors = {});

    /// call() for message types: encodes the request and decodes the reply.
    template <class Reply, class Request>
    Result<Reply> ask(OpContext& context, labhost::Verb verb, const Request& request);
    /// call() for verbs whose reply is one descriptor.
    Result<UniqueFd> askDescriptor(OpContext& context, labhost::Verb verb, const std::string& body);

    /// What the lab host said of itself when the connection was made.
    [[nodiscard]] const labhost::HelloReply& hello() const;
    [[nodiscard]] bool isLost() const;

private:
    class Private;
    class Call;
    explicit LabhostClient(std::shared_ptr<Private> d);
    static Error malformedReply();
    std::shared_ptr<Private> d;
};

template <class Reply, class Request>
Result<Reply> LabhostClient::ask(OpContext& context, labhost::Verb verb, const Request& request) {
    auto reply = call(context, verb, labhost::encode(request));
    if (!reply) {
        return fail(reply.error());
    }
    auto decoded = labhost::decode<Reply>(reply->body);
    if (!decoded) {
        return fail(malformedReply());
    }
    return *std::move(decoded);
}

} // namespace podleaf::channel
