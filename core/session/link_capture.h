// SPDX-License-Identifier: GPL-3.0-or-later
// LinkCapture: the packets of one cable of a running lab as pcapng. Blocking; one thread.
#pragma once

#include "lab_session.h"

#include <core/capture/capture.h>

namespace podleaf::session {

/// Where to listen on a cable. At one end each packet is seen once, with its direction; at both it is seen at each
/// end, so that one can tell what got lost between them.
enum class CaptureEnds { A, B, Both };

struct CaptureRequest {
    LinkId link; ///< A cable of the lab, or a pod's: "pod-" and the pod's name.
    CaptureEnds ends = CaptureEnds::A;
    capture::Limits limits;
};

/// The ends of a cable that can be captured, as `node:port`. Errors: NotFound (its hint names those that are there).
Result<std::array<model::Endpoint, 2>> captureEndsOf(const model::Lab& lab, const LinkId& link);

class LinkCapture {
public:
    /// Opens the packet sockets; from now on nothing is missed. Errors: NotFound (no such cable), Unreachable (the lab
    /// does not run), HostLacks (the engine cannot capture).
    static Result<std::unique_ptr<LinkCapture>> open(OpContext& context, LabSession& session, const CaptureRequest& request);
    ~LinkCapture();

    /// capturePackets() onto `output`, once. Ends with SourceGone when the cable goes: the sockets would pin its dead nodes.
    Result<capture::Summary> run(const OpContext& context, int output);

private:
    class Private;
    explicit LinkCapture(std::unique_ptr<Private> state);
    std::unique_ptr<Private> d;
};

} // namespace podleaf::session
