# SPDX-License-Identifier: GPL-3.0-or-later
# One interface target with the flags, and one function per sort of target, so that a folder's
# CMakeLists.txt only says what is particular to it.

option(PODLEAF_WERROR "Treat warnings as errors" OFF)
option(PODLEAF_FUZZ "Build the fuzzers of tests/fuzz; needs clang" OFF)
set(PODLEAF_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them (address,undefined or thread)")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTORCC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

add_library(podleaf_flags INTERFACE)
target_include_directories(podleaf_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(podleaf_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor)
# GCC 12 warns falsely of uninitialized members in every std::optional or Result of a std::variant that it inlines;
# the sanitizer build finds the true ones.
target_compile_options(podleaf_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_compile_definitions(
  podleaf_flags
  INTERFACE QT_NO_KEYWORDS
            QT_NO_CAST_FROM_ASCII
            QT_NO_CAST_TO_ASCII
            QT_NO_CAST_FROM_BYTEARRAY
            QT_NO_URL_CAST_FROM_STRING
            QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
            QT_NO_FOREACH
            QT_NO_JAVA_STYLE_ITERATORS
            QT_STRICT_ITERATORS
            QT_USE_QSTRINGBUILDER
            QT_DISABLE_DEPRECATED_BEFORE=0x060400)
if(PODLEAF_WERROR)
  target_compile_options(podleaf_flags INTERFACE -Werror)
endif()
if(PODLEAF_SANITIZE)
  target_compile_options(podleaf_flags INTERFACE -fsanitize=${PODLEAF_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=all)
  target_link_options(podleaf_flags INTERFACE -fsanitize=${PODLEAF_SANITIZE})
endif()
# Fuzzers see which branches they reach of every FUZZED library, which tests use too. Clang wants it of all or none that share
# a precompiled header.
set(PODLEAF_SHOW_BRANCHES -fsanitize=fuzzer-no-link)
# Under sanitizers all but the FUZZED libraries, in the ci preset the window, the programs and the tests: most of their time is
# the compiler's, which takes two to three times as long to optimise.
option(PODLEAF_QUICK "Do not optimise the window, the programs and the tests" OFF)
set(PODLEAF_QUICK_OPTIONS "")
if(PODLEAF_SANITIZE OR PODLEAF_QUICK)
  set(PODLEAF_QUICK_OPTIONS -O0)
endif()
find_program(PODLEAF_MOLD mold)
if(PODLEAF_MOLD)
  target_link_options(podleaf_flags INTERFACE -fuse-ld=mold)
endif()

# Precompiled headers: one set for code with and one without widgets, and again for tests; executables have their own, as GCC
# compiles them with other flags. The lab and its state are in them, because nearly every file includes these and they cost as
# much as Qt's. Off in the dev preset; and clang-tidy looks at changed files without them, so that a missing #include is
# noticed.
option(PODLEAF_PCH "Precompile the headers of Qt, the standard library and what all share" OFF)
function(podleaf_pch name type)
  cmake_parse_arguments(ARG "" "" "DEPS;HEADERS" ${ARGN})
  file(WRITE "${CMAKE_BINARY_DIR}/pch/empty.cpp" "int main() {}\n")
  if(type STREQUAL "executable")
    add_executable(${name} "${CMAKE_BINARY_DIR}/pch/empty.cpp")
  else()
    add_library(${name} STATIC "${CMAKE_BINARY_DIR}/pch/empty.cpp")
  endif()
  set_target_properties(${name} PROPERTIES AUTOMOC OFF)
  target_link_libraries(${name} PRIVATE podleaf_flags ${ARG_DEPS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()
# Qt6::Test without what it defines: the folder of each test, which none needs and with which no precompiled header is another's.
# With the network, because its header looks for that.
macro(podleaf_make_qttest)
  add_library(podleaf_qttest INTERFACE)
  target_include_directories(podleaf_qttest SYSTEM INTERFACE $<TARGET_PROPERTY:Qt6::Test,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(podleaf_qttest INTERFACE $<LINK_ONLY:Qt6::Test> Qt6::Network)
endmacro()
macro(podleaf_make_pchs)
  set(plain
      <QByteArray> <QCoreApplication> <QDateTime> <QDir> <QFile> <QFileInfo> <QHash> <QJsonArray> <QJsonDocument> <QJsonObject>
      <QLoggingCategory> <QObject> <QString> <QStringList> <QThread> <algorithm> <array> <atomic> <chrono> <condition_variable>
      <functional> <map> <memory> <mutex> <optional> <set> <span> <stop_token> <string> <thread> <tl/expected.hpp> <variant>
      <vector> <core/base/op_context.h> <core/base/result.h> <core/base/unique_fd.h> <core/model/lab.h>)
  set(widgets
      ${plain} <QAbstractItemModel> <QAction> <QApplication> <QComboBox> <QDockWidget> <QElapsedTimer> <QGraphicsItem>
      <QGraphicsScene> <QGraphicsView> <QKeyEvent> <QLabel> <QLayout> <QLineEdit> <QMenu> <QPainter> <QPainterPath> <QPushButton>
      <QRegularExpression> <QScrollBar> <QSortFilterProxyModel> <QStyle> <QTableView> <QTimer> <QToolButton> <QTreeView>
      <QWidget> <core/intent/intent.h> <core/state/state_store.h>)
  set(tests <QSignalSpy> <QTemporaryDir> <QTest> <core/state/state_store.h>)
  podleaf_pch(podleaf_pch_library library DEPS Qt6::Core tl::expected HEADERS ${plain})
  if(PODLEAF_FUZZ)
    target_compile_options(podleaf_pch_library PRIVATE ${PODLEAF_SHOW_BRANCHES})
  endif()
  set(quick podleaf_pch_library_gui podleaf_pch_program podleaf_pch_test podleaf_pch_test_gui)
  if(PODLEAF_SANITIZE)
    podleaf_pch(podleaf_pch_library_quick library DEPS Qt6::Core tl::expected HEADERS ${plain})
    list(APPEND quick podleaf_pch_library_quick)
  endif()
  podleaf_pch(podleaf_pch_library_gui library DEPS Qt6::Widgets tl::expected HEADERS ${widgets})
  podleaf_pch(podleaf_pch_program executable DEPS Qt6::Core tl::expected HEADERS ${plain})
  podleaf_pch(podleaf_pch_test executable DEPS podleaf_qttest Qt6::Core tl::expected HEADERS ${plain} ${tests})
  podleaf_pch(podleaf_pch_test_gui executable DEPS podleaf_qttest Qt6::Widgets tl::expected HEADERS ${widgets} ${tests})
  foreach(pch ${quick})
    target_compile_options(${pch} PRIVATE ${PODLEAF_QUICK_OPTIONS})
  endforeach()
endmacro()
function(podleaf_use_pch target pch)
  if(PODLEAF_PCH)
    target_precompile_headers(${target} REUSE_FROM ${pch})
  endif()
  if(PODLEAF_FUZZ AND pch STREQUAL "podleaf_pch_library")
    target_compile_options(${target} PRIVATE ${PODLEAF_SHOW_BRANCHES})
  endif()
  if(NOT pch STREQUAL "podleaf_pch_library")
    target_compile_options(${target} PRIVATE ${PODLEAF_QUICK_OPTIONS})
  endif()
endfunction()

# podleaf_library(NAME [FUZZED] [WITHOUT folder...] [DEPS target...]): every .cpp of the current folder and below, but for folders
# that are libraries of their own, as a static library. FUZZED: a fuzzer spends its time in it (PODLEAF_QUICK_OPTIONS,
# PODLEAF_SHOW_BRANCHES). The dependencies are the folder's row of the layering table in ARCHITECTURE.md; the linker holds it
# too.
function(podleaf_library name)
  cmake_parse_arguments(ARG "FUZZED" "" "WITHOUT;DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "*.cpp" "*.h" "*.qrc")
  get_filename_component(here "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  foreach(folder ${ARG_WITHOUT})
    list(FILTER sources EXCLUDE REGEX "/${here}/${folder}/")
  endforeach()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC podleaf_flags ${ARG_DEPS})
  if("Qt6::Widgets" IN_LIST ARG_DEPS)
    podleaf_use_pch(${name} podleaf_pch_library_gui)
  elseif(PODLEAF_SANITIZE AND NOT ARG_FUZZED)
    podleaf_use_pch(${name} podleaf_pch_library_quick)
  else()
    podleaf_use_pch(${name} podleaf_pch_library)
  endif()
endfunction()

# The targets tests_<label> build all tests of a label.
foreach(label unit component gui host cluster raced raced_in_full)
  add_custom_target(tests_${label})
endforeach()

# podleaf_tests(LABEL [RACED|RACED_IN_FULL] [ONLY test...] [DEPS target...] [ENVIRONMENT NAME=value...] [TIMEOUT seconds]): each
# tst_*.cpp of the current folder (ONLY: each named one) is one test executable; other .cpp files are compiled once, as the
# library shared_<folder> of them all. A test carries the label and its folder's name; the target tests_<folder> builds the
# folder. RACED: ThreadSanitizer looks at its threads, too, in `scripts/test`; RACED_IN_FULL: with --full; both are labels.
# Labs on this host do not see each other (tests/isolated).
function(podleaf_tests label)
  cmake_parse_arguments(ARG "RACED;RACED_IN_FULL" "TIMEOUT" "ONLY;DEPS;ENVIRONMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(PODLEAF_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 3")
  endif()
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  set(labels ${label} ${folder})
  if(ARG_RACED)
    list(APPEND labels raced)
  elseif(ARG_RACED_IN_FULL)
    list(APPEND labels raced_in_full)
  endif()
  if(NOT TARGET tests_${folder})
    add_custom_target(tests_${folder})
  endif()
  file(GLOB tests CONFIGURE_DEPENDS "tst_*.cpp")
  if(ARG_ONLY)
    list(TRANSFORM ARG_ONLY REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/\\1.cpp" OUTPUT_VARIABLE tests)
  endif()
  file(GLOB shared CONFIGURE_DEPENDS "*.cpp" "*.h")
  list(FILTER shared EXCLUDE REGEX "/tst_[^/]*$")
  set(gui "")
  if("podleaf_ui" IN_LIST ARG_DEPS)
    set(gui _gui)
  endif()
  set(needed podleaf_flags podleaf_qttest ${ARG_DEPS})
  set(paths PODLEAF_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PODLEAF_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(shared MATCHES "[.]cpp" AND NOT TARGET shared_${folder})
    add_library(shared_${folder} STATIC EXCLUDE_FROM_ALL ${shared})
    target_link_libraries(shared_${folder} PUBLIC ${needed})
    target_compile_definitions(shared_${folder} PRIVATE ${paths})
    podleaf_use_pch(shared_${folder} podleaf_pch_library${gui})
  endif()
  if(TARGET shared_${folder})
    list(PREPEND needed shared_${folder})
  endif()
  foreach(source ${tests})
    get_filename_component(name ${source} NAME_WE)
    # One call of moc: a target's AUTOMOC takes ten times as long, and a test has one class.
    set(moc "${CMAKE_CURRENT_BINARY_DIR}/${name}.moc")
    qt_generate_moc(${source} ${moc})
    add_executable(${name} ${source} ${moc})
    set_target_properties(${name} PROPERTIES AUTOMOC OFF)
    target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
    foreach(each ${labels})
      add_dependencies(tests_${each} ${name})
    endforeach()
    target_link_libraries(${name} PRIVATE ${needed})
    target_compile_definitions(${name} PRIVATE ${paths})
    podleaf_use_pch(${name} podleaf_pch_test${gui})
    set(launcher "")
    if(label STREQUAL "host")
      set(launcher "${CMAKE_SOURCE_DIR}/tests/isolated" "${CMAKE_BINARY_DIR}/host-tests.lock")
    endif()
    add_test(NAME ${name} COMMAND ${launcher} $<TARGET_FILE:${name}>)
    set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT
                                            "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp;${ARG_ENVIRONMENT}")
  endforeach()
endfunction()
