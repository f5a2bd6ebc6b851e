// SPDX-License-Identifier: GPL-3.0-or-later
#include "router.h"

#include "node_files.h"

#include <app/labhost/failure.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>

namespace podleaf::router {

namespace {

/// For daemons to end in; what then still runs is killed.
constexpr auto kPatience = std::chrono::milliseconds(700);
/// How long zebra keeps the routes of an earlier one that bgpd has not confirmed, in seconds: longer than a session needs to
/// come up.
constexpr const char* kKeepRoutes = "60";

std::string folderOf(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// "hostname host1\n"; empty when the node has a name that FRR should not see.
std::string hostnameLine() {
    std::array<char, 65> name{};
    const bool hasName = ::gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0';
    const bool isPlain = std::all_of(name.begin(), std::find(name.begin(), name.end(), '\0'), [](char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') || each == '-' || each == '.';
    });
    return hasName && isPlain ? "hostname " + std::string(name.data()) + '\n' : std::string();
}

template <class T>
nlohmann::ordered_json textOrNull(const std::optional<T>& value) {
    return value ? nlohmann::ordered_json(value->toString()) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json statusOf(const Daemon& daemon) {
    nlohmann::ordered_json status;
    status["pid"] = daemon.runs() ? nlohmann::ordered_json(daemon.pid()) : nlohmann::ordered_json(nullptr);
    status["ready"] = daemon.isReady();
    status["restarts"] = daemon.restarts();
    status["since"] = daemon.since();
    return status;
}

} // namespace

Router::Router(labhost::Loop& loop, Options options)
    : m_loop(loop), m_options(std::move(options)), m_folders(loop), m_network(loop, m_options.bridge,
                                                                              [this] {
                                                                                  m_facts.gateways = gateways();
                                                                                  configure();
                                                                              }),
      m_status(loop, m_options.runFolder + "/podleaf-router.sock", [this] { return status(); }),
      m_zebra(loop, m_journal, setup("zebra", "zserv.api", {"-r", "-K", kKeepRoutes}), handlers()),
      m_bfdd(loop, m_journal, setup("bfdd", "bfdd.vty", {"--bfdctl", m_options.runFolder + "/bfdd.sock"}), handlers()),
      m_bgpd(loop, m_journal, setup("bgpd", "bgpd.vty", {"-M", "bmp"}), handlers()), m_patience(loop, [this] {
          for (Daemon* daemon : daemons()) {
              daemon->end(SIGKILL);
          }
      }) {}

Daemon::Handlers Router::handlers() {
    return {[this] { advance(); }, [this](bool byItself) { ended(byItself); }};
}

Daemon::Setup Router::setup(const char* name, const char* readyFile, std::vector<std::string> arguments) const {
    const std::string& folder = m_options.runFolder;
    Daemon::Setup setup;
    setup.name = name;
    setup.argv = {
        m_options.programFolder + '/' + name, "-P",    "0",      "--vty_socket", folder,         "-z", folder + "/zserv.api", "-i",
        folder + '/' + name + ".pid",         "--log", "stdout", "--log-level",  "informational"};
    setup.argv.insert(setup.argv.end(), arguments.begin(), arguments.end());
    setup.readyFile = readyFile;
    setup.runFolder = folder;
    setup.configFile = m_options.configFolder + '/' + name + ".conf";
    setup.user = m_user;
    setup.afterPolicyChange = setup.name == "bgpd" ? "clear bgp * soft in" : "";
    return setup;
}

std::string Router::begin() {
    std::string problem = prepareRunFolder();
    problem = problem.empty() ? watchFolders() : problem;
    problem = problem.empty() ? m_network.begin() : problem;
    problem = problem.empty() ? m_status.listen() : problem;
    if (problem.empty()) {
        readLab();
        readCni();
        readLease();
        m_facts.gateways = gateways();
        configure();
    }
    return problem;
}

/// FRR's, on a folder that the kubelet has made.
std::string Router::prepareRunFolder() const {
    const char* const folder = m_options.runFolder.c_str();
    const bool isThere = ::mkdir(folder, 0755) == 0 || errno == EEXIST;
    return isThere && ::chown(folder, m_user.user, m_user.group) == 0 ? std::string()
                                                                      : labhost::failure("cannot prepare " + m_options.runFolder);
}

std::string Router::watchFolders() {
    std::string problem = m_folders.watch(m_options.runFolder, FolderWatch::Of::Sockets, [this] {
        for (Daemon* daemon : daemons()) {
            daemon->lookForSockets();
        }
    });
    const auto watch = [&](const std::string& folder, void (Router::*read)()) {
        const auto changed = [this, read] {
            (this->*read)();
            configure();
        };
        problem = problem.empty() ? m_folders.watch(folder, FolderWatch::Of::Files, changed) : problem;
    };
    watch(folderOf(m_options.templatePath), &Router::readLab);
    watch(m_options.cniFolder, &Router::readCni);
    watch(folderOf(m_options.leasePath), &Router::readLease);
    return problem;
}

/// A file of the lab's; what it was, where it cannot be read.
void Router::readText(const std::string& path, bool isNeeded, std::string& text) {
    const auto read = readFile(path, kMostTemplateBytes);
    const bool isMissing = !read && read.problem().empty();
    m_journal.problem(path, isMissing && isNeeded ? "there is no " + printable(path) : read.problem());
    if (read || (isMissing && !isNeeded)) {
        text = read ? *read : std::string();
    }
}

void Router::readLab() {
    const std::string folder = folderOf(m_options.templatePath);
    readText(m_options.templatePath, true, m_bgpdTemplate);
    readText(folder + "/zebra.conf", false, m_zebraLines);
    readText(folder + "/bfdd.conf", false, m_bfddLines);
}

/// A pod network that cannot be read any more stays what it was, and so does a lease: sessions outlive both.
void Router::readCni() {
    const auto cidr = podCidrIn(m_options.cniFolder);
    m_journal.problem(m_options.cniFolder, cidr.problem());
    if (cidr) {
        m_facts.podCidr = *cidr;
    }
}

void Router::readLease() {
    const auto lease = leaseIn(m_options.leasePath);
    m_journal.problem(m_options.leasePath, lease.problem());
    if (lease) {
        m_facts.asn = lease->asn;
        m_facts.loopback = lease->loopback;
    }
    m_facts.asn = m_options.asn ? m_options.asn : m_facts.asn;
    m_facts.loopback = m_options.loopback ? m_options.loopback : m_facts.loopback;
}

std::vector<Address> Router::gateways() {
    std::vector<Address> all = m_network.gateways();
    const bool areTooMany = all.size() > kMostGateways;
    m_journal.problem("gateways", areTooMany ? "there are more default routes than neighbours can be made of" : "");
    all.resize(std::min(all.size(), kMostGateways));
    return all;
}

void Router::configure() {
    if (!m_isEnding) {
        configureZebra();
        configureBfdd();
        configureBgpd();
        advance();
    }
}

std::optional<FrrConfig> Router::rendered(const std::string& source, const std::string& text) {
    const auto filled = renderTemplate(text, m_facts);
    const auto config = filled ? parseFrrConfig(*filled) : Checked<FrrConfig>::refused(filled.problem());
    m_journal.problem("the lab's " + source, config ? std::string() : "the lab's " + source + ": " + config.problem());
    return config ? std::optional(*config) : std::nullopt;
}

/// BGP routes have the loopback as their source, as on hosts without Kubernetes (resources/templates/dhcp-hook.sh), once the
/// kernel has it: before, it would refuse them. zebra would else wait for 5 s before it takes a change of that.
void Router::configureZebra() {
    const auto& loopback = m_facts.loopback;
    std::string text = hostnameLine() + m_zebraLines + (m_zebraLines.ends_with('\n') ? "" : "\n") + "zebra route-map delay-timer 1\n";
    if (loopback && m_network.hasAddress(*loopback)) {
        text += "route-map SOURCE permit 10\n set src " + loopback->toString() + "\nexit\nip protocol bgp route-map SOURCE\n";
    }
    if (const auto config = rendered("zebra.conf", text)) {
        m_zebra.configure(*config);
    }
}

void Router::configureBfdd() {
    const auto config = m_bfddLines.empty() ? std::nullopt : rendered("bfdd.conf", m_bfddLines);
    if (config) {
        m_bfdd.configure(*config);
    }
}

/// Without an AS number or anything to be known by it has to wait; without neighbours it may run.
void Router::configureBgpd() {
    if (m_facts.asn && m_facts.routerId() && !m_bgpdTemplate.empty()) {
        const auto config = rendered("frr.conf.in", m_bgpdTemplate);
        if (config) {
            m_bgpd.configure(*config);
        }
    }
}

void Router::advance() {
    if (m_isEnding || m_endingBy || !m_zebra.isConfigured()) {
        return;
    }
    m_zebra.start();
    if (!m_zebra.isReady()) {
        return;
    }
    if (m_bfdd.isConfigured()) {
        m_bfdd.start();
    }
    if (m_bgpd.isConfigured() && (!m_bfdd.isConfigured() || m_bfdd.isReady())) {
        m_bgpd.start();
    }
}

/// All of 8.4.4 are started anew when one ends. A bgpd that goes on does not tell its routes to another zebra. A zebra that goes
/// on throws away, before bgpd has learned them again, the routes of a bgpd whose neighbours have been started less than two
/// minutes ago; another zebra finds them in the kernel. A bfdd that goes on finds another zebra after 10 s, and begins its
/// sessions again then: their neighbours take the ways for dead.
void Router::ended(bool byItself) {
    if (byItself && !m_endingBy) {
        m_endingBy = SIGKILL;
    }
    if (m_endingBy) {
        endMore();
    } else {
        advance();
    }
}

/// For good one after another, else all at once. When none runs any more, they start again or the program ends.
void Router::endMore() {
    bool areEnding = false;
    for (Daemon* daemon : daemons()) {
        if (daemon->runs() && !(areEnding && m_isEnding)) {
            daemon->end(*m_endingBy);
            areEnding = true;
        }
    }
    if (areEnding) {
        return;
    }
    m_endingBy.reset();
    if (m_isEnding) {
        m_loop.stop();
    } else {
        advance();
    }
}

void Router::reap() {
    int status = 0;
    for (pid_t pid = ::waitpid(-1, &status, WNOHANG); pid > 0; pid = ::waitpid(-1, &status, WNOHANG)) {
        for (Daemon* daemon : daemons()) {
            if (daemon->reaped(pid, status)) {
                break;
            }
        }
    }
}

void Router::end() {
    m_isEnding = true;
    m_endingBy = SIGTERM;
    for (Daemon* daemon : daemons()) {
        daemon->giveUp();
    }
    m_patience.start(kPatience);
    endMore();
}

std::string Router::status() const {
    nlohmann::ordered_json status;
    status["asn"] = m_facts.asn ? nlohmann::ordered_json(*m_facts.asn) : nlohmann::ordered_json(nullptr);
    status["podCidr"] = textOrNull(m_facts.podCidr);
    status["loopback"] = textOrNull(m_facts.loopback);
    status["gateways"] = nlohmann::ordered_json::array();
    for (const Address& gateway : m_facts.gateways) {
        status["gateways"].push_back(gateway.toString());
    }
    status["cbr0Up"] = m_network.isBridgeUp();
    status["since"] = m_since;
    status["zebra"] = statusOf(m_zebra);
    status["bgpd"] = statusOf(m_bgpd);
    if (m_bfdd.isConfigured()) {
        status["bfdd"] = statusOf(m_bfdd);
    }
    const Journal::Error& error = m_journal.lastError();
    status["lastError"] = error.sentence.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(error.sentence);
    status["lastErrorAt"] = error.at.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(error.at);
    return status.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace podleaf::router
