// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssh_session.h"

#include <QCoreApplication>
#include <QFile>
#include <QList>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h> // ssh_send_keepalive; it is of use to clients too
#include <poll.h>

namespace podleaf::channel {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("SshChannel", source);
}

struct KeyDeleter {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, KeyDeleter>;

/// Without it, OpenSSL would ask for a passphrase on the terminal.
int noPassphrase(const char* /*prompt*/, char* /*buffer*/, size_t /*size*/, int /*echo*/, int /*verify*/, void* /*data*/) {
    return -1;
}

Result<Key> readPrivateKey(const SshTarget& target) {
    ssh_key key = nullptr;
    QString where;
    if (const auto* file = std::get_if<SshKeyFile>(&target.key)) {
        where = file->path;
        ssh_pki_import_privkey_file(QFile::encodeName(file->path).constData(), nullptr, noPassphrase, nullptr, &key);
    } else {
        ssh_pki_import_privkey_base64(std::get<SshKeyText>(target.key).content.constData(), nullptr, noPassphrase, nullptr, &key);
    }
    if (key == nullptr) {
        return fail(ErrorCode::InvalidInput, text("The private key for %1 cannot be read.").arg(target.node), where,
                    text("It must be a key of OpenSSH without a passphrase."));
    }
    return Key(key);
}

Result<Key> readHostKey(const SshTarget& target) {
    const QList<QByteArray> words = target.hostKey.simplified().split(' ');
    const ssh_keytypes_e type = words.size() < 2 ? SSH_KEYTYPE_UNKNOWN : ssh_key_type_from_name(words[0].constData());
    ssh_key key = nullptr;
    if (type == SSH_KEYTYPE_UNKNOWN || ssh_pki_import_pubkey_base64(words[1].constData(), type, &key) != SSH_OK) {
        return fail(ErrorCode::InvalidInput, text("The host key of %1 cannot be read.").arg(target.node));
    }
    return Key(key);
}

/// The algorithms by which a server can prove that it has this key, so that it does not choose another of its keys.
const char* algorithmsOf(const Key& hostKey) {
    const ssh_keytypes_e type = ssh_key_type(hostKey.get());
    return type == SSH_KEYTYPE_RSA ? "rsa-sha2-512,rsa-sha2-256" : ssh_key_type_to_char(type);
}

enum class Stage { Connecting, LoggingIn, Ready };

} // namespace

class SshSession::Private {
public:
    Private() = default;
    ~Private() {
        if (session != nullptr) {
            ssh_event_remove_session(event, session);
            ssh_disconnect(session);
            ssh_free(session);
        }
        ssh_event_free(event);
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    Result<bool> connect();
    Result<> checkHostKey() const;
    Result<bool> logIn();
    [[nodiscard]] Error otherHostKey() const;
    [[nodiscard]] QString lastError() const { return QString::fromUtf8(ssh_get_error(session)).left(300); }

    ssh_session session = ssh_new();
    ssh_event event = ssh_event_new();
    ssh_counter_struct wire{}; ///< Bytes on the socket, kept by libssh.
    QString node;
    Key hostKey;
    Key privateKey;
    Stage stage = Stage::Connecting;
};

SshSession::SshSession(std::unique_ptr<Private> shared) : d(std::move(shared)) {}
SshSession::~SshSession() = default;

Result<std::unique_ptr<SshSession>> SshSession::open(UniqueFd socket, const SshTarget& target) {
    auto d = std::make_unique<Private>();
    if (d->session == nullptr || d->event == nullptr) {
        return fail(ErrorCode::Failed, text("There is no memory for an SSH session."));
    }
    auto hostKey = readHostKey(target);
    if (!hostKey) {
        return fail(hostKey.error());
    }
    auto privateKey = readPrivateKey(target);
    if (!privateKey) {
        return fail(privateKey.error());
    }
    d->node = target.node;
    d->hostKey = *std::move(hostKey);
    d->privateKey = *std::move(privateKey);
    const bool no = false;
    const socket_t descriptor = socket.get();
    const QByteArray host = target.host.toUtf8();
    const QByteArray user = target.user.toUtf8();
    // The user's and the host's ssh_config are not ours to follow.
    const bool isSet = ssh_options_set(d->session, SSH_OPTIONS_PROCESS_CONFIG, &no) == SSH_OK &&
                       ssh_options_set(d->session, SSH_OPTIONS_HOST, host.constData()) == SSH_OK &&
                       ssh_options_set(d->session, SSH_OPTIONS_USER, user.constData()) == SSH_OK &&
                       ssh_options_set(d->session, SSH_OPTIONS_HOSTKEYS, algorithmsOf(d->hostKey)) == SSH_OK &&
                       ssh_options_set(d->session, SSH_OPTIONS_FD, &descriptor) == SSH_OK;
    if (!isSet) {
        return fail(ErrorCode::InvalidInput, text("There is no way to log in to %1 like that.").arg(target.node), d->lastError());
    }
    static_cast<void>(socket.release()); // the session's from here on
    ssh_set_blocking(d->session, 0);
    ssh_set_counters(d->session, &d->wire, nullptr);
    return std::unique_ptr<SshSession>(new SshSession(std::move(d)));
}

Result<bool> SshSession::shakeHands() {
    if (d->stage == Stage::Connecting) {
        auto connected = d->connect();
        if (!connected || !*connected) {
            return connected;
        }
        d->stage = Stage::LoggingIn;
    }
    if (d->stage == Stage::LoggingIn) {
        auto loggedIn = d->logIn();
        if (!loggedIn || !*loggedIn) {
            return loggedIn;
        }
        d->stage = Stage::Ready;
        d->privateKey.reset();
        ssh_event_add_session(d->event, d->session);
    }
    return true;
}

Result<bool> SshSession::Private::connect() {
    switch (ssh_connect(session)) {
    case SSH_OK:
        break;
    case SSH_AGAIN:
        return false;
    default:
        if (lastError().contains(QLatin1String("server host key algo"))) {
            return fail(otherHostKey());
        }
        return fail(ErrorCode::Unreachable, text("The SSH server of %1 does not come to terms with us.").arg(node), lastError());
    }
    if (auto known = checkHostKey(); !known) {
        return fail(known.error());
    }
    return true;
}

Error SshSession::Private::otherHostKey() const {
    return Error{ErrorCode::Conflict,
                 text("Who answers as %1 has another host key than %1.").arg(node),
                 {},
                 text("Another machine may have its address; nothing was sent to it."),
                 {}};
}

Result<> SshSession::Private::checkHostKey() const {
    ssh_key shown = nullptr;
    const bool isShown = ssh_get_server_publickey(session, &shown) == SSH_OK;
    const Key key(shown);
    if (!isShown || ssh_key_cmp(key.get(), hostKey.get(), SSH_KEY_CMP_PUBLIC) != 0) {
        return fail(otherHostKey());
    }
    return {};
}

Result<bool> SshSession::Private::logIn() {
    switch (ssh_userauth_publickey(session, nullptr, privateKey.get())) {
    case SSH_AUTH_SUCCESS:
        return true;
    case SSH_AUTH_AGAIN:
        return false;
    case SSH_AUTH_DENIED:
    case SSH_AUTH_PARTIAL:
        return fail(ErrorCode::Denied, text("%1 does not let us in with this key.").arg(node), lastError());
    default:
        return fail(ErrorCode::Unreachable, text("%1 hung up while we logged in.").arg(node), lastError());
    }
}

int SshSession::descriptor() const {
    return ssh_get_fd(d->session);
}

short SshSession::pollEvents() const {
    return isCongested() ? POLLIN | POLLOUT : POLLIN;
}

bool SshSession::isConnected() const {
    return ssh_is_connected(d->session) != 0;
}

bool SshSession::isCongested() const {
    return (ssh_get_poll_flags(d->session) & SSH_WRITE_PENDING) != 0;
}

bool SshSession::process() {
    constexpr int kReads = 32; // of 4 KiB each; then the channels get their turn
    for (int i = 0; i < kReads; ++i) {
        const std::uint64_t before = d->wire.in_bytes;
        if (ssh_event_dopoll(d->event, 0) == SSH_ERROR || !isConnected()) {
            return false;
        }
        if (d->wire.in_bytes == before) {
            break;
        }
    }
    return true;
}

std::uint64_t SshSession::receivedBytes() const {
    return d->wire.in_bytes;
}

void SshSession::askForSignOfLife() {
    ssh_send_keepalive(d->session); // collects the answer to the last one
    ssh_send_keepalive(d->session);
}

QString SshSession::lastError() const {
    return d->lastError();
}

ssh_session_struct* SshSession::raw() const {
    return d->session;
}

} // namespace podleaf::channel
