// SPDX-License-Identifier: GPL-3.0-or-later
// Kubeadm: runs kubeadm, kubectl and ctr in the hosts of a cluster. What they print may hold a token, and is told without.
// Blocking; any thread.
#pragma once

#include <core/blueprint/kubernetes.h>
#include <core/engine/engine.h>

namespace podleaf::deploy {

class Kubeadm {
public:
    /// The engine must outlive it.
    Kubeadm(model::Lab lab, engine::Engine& engine) : m_lab(std::move(lab)), m_engine(&engine) {}

    /// Takes the archives into the host's containerd.
    Result<> importImages(OpContext& context, const NodeId& host, const QStringList& archives) const;
    /// Runs `kubeadm init phase PHASE` for each, on the control plane.
    Result<> initPhases(OpContext& context, const QStringList& phases) const;
    /// Until the API server says that it is ready.
    Result<> waitForApi(OpContext& context) const;
    Result<> join(OpContext& context, const NodeId& host) const;
    /// The pod network that the lab file gives the host, once the API knows the host.
    Result<> setPodNetwork(OpContext& context, const NodeId& host) const;
    Result<> waitForNodes(OpContext& context) const;
    /// Makes the cluster hold these, a List as JSON; of the workloads it removes what they are no more (blueprint::kSetLabel).
    Result<> apply(OpContext& context, const QString& set, const QByteArray& objects) const;

    /// Whether it is noted on the host that `deed` is done, and noting it.
    Result<bool> isNoted(OpContext& context, const NodeId& host, const QString& deed) const;
    Result<> note(OpContext& context, const NodeId& host, const QString& deed) const;
    /// Takes away the notes that begin so.
    Result<> forget(OpContext& context, const NodeId& host, const QString& begin) const;

private:
    [[nodiscard]] const NodeId& controlPlane() const { return m_lab.kubernetes->controlPlane; }
    /// Its output. Errors: Failed with `sentence` when it ends with another code than 0.
    Result<QByteArray> run(OpContext& context, const NodeId& host, const QStringList& argv, const QString& sentence) const;
    Result<QByteArray> kubectl(OpContext& context, const QStringList& arguments, const QString& sentence) const;
    /// Made once, by whoever needs it first; it is kept on the control plane.
    Result<QString> token(OpContext& context) const;
    Result<> upload(OpContext& context, const NodeId& host, const QString& path, const QByteArray& content) const;

    model::Lab m_lab;
    engine::Engine* m_engine;
};

} // namespace podleaf::deploy
