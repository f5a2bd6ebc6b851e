// SPDX-License-Identifier: GPL-3.0-or-later
// Router: knows what makes this node's routing its own, renders it, and keeps FRR's daemons running with it: zebra first, the
// others once it serves. One that ends by itself takes the others with it. In a Loop.
#pragma once

#include "daemon.h"
#include "folder_watch.h"
#include "frr_template.h"
#include "network_watch.h"
#include "options.h"
#include "status.h"

#include <array>

namespace podleaf::router {

class Router {
public:
    Router(labhost::Loop& loop, Options options);

    /// Starts everything. The sentence of what went wrong, else empty.
    std::string begin();
    /// Children have ended.
    void reap();
    /// Ends the daemons for good; the routes stay in the kernel. The loop stops when they have ended.
    void end();

    /// What the status socket tells: one JSON object.
    [[nodiscard]] std::string status() const;

private:
    [[nodiscard]] std::string prepareRunFolder() const;
    std::string watchFolders();
    void readText(const std::string& path, bool isNeeded, std::string& text);
    void readLab();
    void readCni();
    void readLease();
    [[nodiscard]] std::vector<Address> gateways();
    void configure();
    [[nodiscard]] std::optional<FrrConfig> rendered(const std::string& source, const std::string& text);
    void configureZebra();
    void configureBfdd();
    void configureBgpd();
    void advance();
    void ended(bool byItself);
    void endMore();
    [[nodiscard]] Daemon::Handlers handlers();
    [[nodiscard]] Daemon::Setup setup(const char* name, const char* readyFile, std::vector<std::string> arguments) const;
    /// In the order in which they end for good: a bgpd that ends has a zebra that runs take its routes out of the kernel.
    [[nodiscard]] std::array<Daemon*, 3> daemons() { return {&m_zebra, &m_bgpd, &m_bfdd}; }

    labhost::Loop& m_loop;
    Options m_options;
    FrrUser m_user = FrrUser::find();
    Journal m_journal;
    std::string m_since = timeNow();
    Facts m_facts;
    std::string m_bgpdTemplate;
    std::string m_zebraLines; ///< The lab's, before the node's own.
    std::string m_bfddLines;  ///< Empty where there is no BFD.
    FolderWatch m_folders;
    NetworkWatch m_network;
    StatusSocket m_status;
    Daemon m_zebra;
    Daemon m_bfdd;
    Daemon m_bgpd;
    Timer m_patience;
    bool m_isEnding = false;       ///< For good.
    std::optional<int> m_endingBy; ///< The signal, while the daemons are being ended.
};

} // namespace podleaf::router
