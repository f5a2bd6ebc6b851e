#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the kubelet as kubeadm's own unit does, once kubeadm has written what it needs: a configuration, and who it is or
# with what it may ask for that.
set -u
PATH=/usr/lib/podleaf/kubernetes:/usr/sbin:/usr/bin:/sbin:/bin
CONFIG=/var/lib/kubelet/config.yaml
FLAGS=/var/lib/kubelet/kubeadm-flags.env
SELF=/etc/kubernetes/kubelet.conf
BOOTSTRAP=/etc/kubernetes/bootstrap-kubelet.conf
until [ -s $CONFIG ] && { [ -s $SELF ] || [ -s $BOOTSTRAP ]; }; do
  sleep 0.1
done
KUBELET_KUBEADM_ARGS=''
# shellcheck source=/dev/null # kubeadm writes it
[ ! -r $FLAGS ] || . $FLAGS
# shellcheck disable=SC2086 # these are several
exec kubelet --bootstrap-kubeconfig=$BOOTSTRAP --kubeconfig=$SELF --config=$CONFIG $KUBELET_KUBEADM_ARGS
