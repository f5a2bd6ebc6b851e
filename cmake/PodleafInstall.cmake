# SPDX-License-Identifier: GPL-3.0-or-later
# `cmake --install` and, by CPack, the Debian package: programs, labs, man pages, completion, desktop entry and icons.
# `scripts/package` makes the package; tests/packaging looks at what is installed.
include(GNUInstallDirs)
# What is packed was built before (scripts/package): not the tests as well.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

install(TARGETS podleaf podleaf-desktop RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS podleaf-labhost podleaf-pause podleaf-router RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/podleaf)
install(DIRECTORY labs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/podleaf/labs)
install(FILES resources/schema/podleaf-lab.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/podleaf)
install(FILES packaging/podleaf.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES packaging/podleaf.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo
        RENAME io.github.podleaf.Podleaf.metainfo.xml)
install(FILES packaging/icons/podleaf.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
foreach(size 16 24 32 48 64 128 256)
  install(FILES packaging/icons/podleaf-${size}.png DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/${size}x${size}/apps
          RENAME podleaf.png)
endforeach()
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md docs/lab-file.md docs/faults.md docs/convergence.md docs/trace.md docs/capture.md docs/simulator.md docs/kubernetes-artifacts.md
        docs/kubernetes-router.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Made when the programs are: man pages and the changelog, compressed without a time, and what completes command lines.
set(PODLEAF_GENERATED "${CMAKE_BINARY_DIR}/installed")
file(MAKE_DIRECTORY "${PODLEAF_GENERATED}")
set(generated)
foreach(page docs/man/podleaf.1 docs/man/podleaf-desktop.1 packaging/changelog)
  get_filename_component(name ${page} NAME)
  add_custom_command(
    OUTPUT "${PODLEAF_GENERATED}/${name}.gz"
    COMMAND gzip -9nc "${CMAKE_SOURCE_DIR}/${page}" > "${PODLEAF_GENERATED}/${name}.gz"
    DEPENDS "${CMAKE_SOURCE_DIR}/${page}"
    VERBATIM)
  list(APPEND generated "${PODLEAF_GENERATED}/${name}.gz")
endforeach()
foreach(shell bash zsh)
  add_custom_command(
    OUTPUT "${PODLEAF_GENERATED}/completion.${shell}"
    COMMAND podleaf completion ${shell} > "${PODLEAF_GENERATED}/completion.${shell}"
    DEPENDS podleaf
    VERBATIM)
  list(APPEND generated "${PODLEAF_GENERATED}/completion.${shell}")
endforeach()
add_custom_target(podleaf_installed ALL DEPENDS ${generated})
add_dependencies(podleaf_installed podleaf podleaf-desktop podleaf-labhost podleaf-pause podleaf-router)
install(FILES "${PODLEAF_GENERATED}/podleaf.1.gz" "${PODLEAF_GENERATED}/podleaf-desktop.1.gz"
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${PODLEAF_GENERATED}/changelog.gz" DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES "${PODLEAF_GENERATED}/completion.bash" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME podleaf)
install(FILES "${PODLEAF_GENERATED}/completion.zsh" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _podleaf)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME podleaf)
set(CPACK_PACKAGE_CONTACT "The Podleaf authors <podleaf@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "labs of routed fabrics and pods on one canvas")
set(CPACK_PACKAGE_DESCRIPTION
    "Podleaf takes one lab file and brings up its switches, hosts, cables and pods\n with the real daemons in Linux namespaces, shows what the network is doing,\n and proves that every pod answers from everywhere it should. A simulator plays\n labs of any size without any of that.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON) # the libraries; the rest are the programs that labs run
set(CPACK_DEBIAN_PACKAGE_DEPENDS "iproute2, hicolor-icon-theme")
# Recommended, not required: a simulated lab needs none of them, and `podleaf doctor` names what is missing.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "frr, frr-pythontools, dnsmasq-base, udhcpc, nginx-light | nginx, curl, iputils-ping, uidmap, nftables, tcpdump, graphviz, qt6-qpa-plugins")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tshark, wireshark, traceroute, fonts-inter")
include(CPack)
