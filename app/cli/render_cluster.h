// SPDX-License-Identifier: GPL-3.0-or-later
// What is told of a lab's cluster: its pods, its nodes, and whether it is heard. Pure functions; any thread.
#pragma once

#include <core/state/state_store.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace podleaf::cli {

/// With the keys of the lab file's pods. A pod that has gone has the phase "Gone".
QJsonObject clusterPodJson(const state::ClusterState& cluster, const state::ClusterPodKey& key);
/// Of all pods.
QJsonArray clusterPodsJson(const state::ClusterState& cluster);
/// {"live","reason"?,"nodes":[{"name","ready","schedulable","reason"?}]}.
QJsonObject clusterJson(const state::ClusterState& cluster);

/// What `watch --json` says of it.
QList<QJsonObject> clusterObjects(const state::ClusterState& cluster, const state::Delta& delta, qint64 nowMs);

/// Rows of the table of pods: name, host, address, state.
QList<QStringList> clusterPodRows(const state::ClusterState& cluster);
/// Sentences on what is wrong with the cluster itself, one a line; empty when nothing is.
QString clusterText(const state::ClusterState& cluster);

} // namespace podleaf::cli
