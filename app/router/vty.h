// SPDX-License-Identifier: GPL-3.0-or-later
// VtyRun: commands to a daemon of FRR, one after another, through its vty socket: "COMMAND\0", and the answer ends with
// "\0\0\0" and a status (lib/vty.c and vtysh/vtysh.c of FRR 8.4). In a Loop.
#pragma once

#include "timer.h"

#include <optional>
#include <string>
#include <vector>

namespace podleaf::router {

class VtyRun {
public:
    struct Refusal {
        std::string command;
        std::string answer; ///< The daemon's words, printable.
    };
    /// One of them is called once, and may destroy the object.
    struct Handlers {
        std::function<void(std::vector<Refusal>)> done;
        /// It does not answer, or no more.
        std::function<void(bool isStuck)> failed;
    };

    /// Commands begin in the enable node. One that is refused does not keep the others back.
    VtyRun(labhost::Loop& loop, const std::string& path, std::vector<std::string> commands, Handlers handlers);
    ~VtyRun();
    VtyRun(const VtyRun&) = delete;
    VtyRun& operator=(const VtyRun&) = delete;

private:
    void sendNext();
    void receive();
    bool takeAnswer();
    void fail(bool isStuck);

    labhost::Loop& m_loop;
    std::vector<std::string> m_commands;
    Handlers m_handlers;
    UniqueFd m_socket;
    std::optional<labhost::Loop::Token> m_token;
    Timer m_limit;
    std::size_t m_next = 0;
    std::string m_answer;
    std::vector<Refusal> m_refusals;
};

} // namespace podleaf::router
