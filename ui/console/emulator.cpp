// SPDX-License-Identifier: GPL-3.0-or-later
// Emulator: see the header.
#include "emulator.h"

#include "terminal_filter.h"

#include <QList>

#include <algorithm>
#include <deque>
#include <utility>
#include <vterm.h>

namespace podleaf::ui {

namespace {

constexpr qsizetype kMaxInput = 64 * 1024;

TerminalColor colorOf(const VTermColor& color, bool isDefault) {
    if (isDefault) {
        return {};
    }
    if (VTERM_COLOR_IS_INDEXED(&color)) {
        return {TerminalColor::Kind::Indexed, {color.indexed.idx, 0, 0}};
    }
    return {TerminalColor::Kind::Rgb, {color.rgb.red, color.rgb.green, color.rgb.blue}};
}

TerminalCell cellOf(const VTermScreenCell& cell) {
    TerminalCell out;
    for (std::size_t i = 0; i < out.text.size(); ++i) {
        out.text[i] = cell.chars[i] == ~0U ? U'\0' : static_cast<char32_t>(cell.chars[i]);
        if (cell.chars[i] == 0) {
            break;
        }
    }
    out.width = cell.chars[0] == ~0U ? 0 : static_cast<std::uint8_t>(cell.width);
    out.style.foreground = colorOf(cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
    out.style.background = colorOf(cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    out.style.bold = cell.attrs.bold != 0;
    out.style.italic = cell.attrs.italic != 0;
    out.style.underline = cell.attrs.underline != 0;
    out.style.strike = cell.attrs.strike != 0;
    out.style.reverse = cell.attrs.reverse != 0;
    return out;
}

/// The way back, for lines that return from history when the screen grows.
VTermScreenCell cellFor(const TerminalCell& cell) {
    VTermScreenCell out{};
    for (std::size_t i = 0; i < cell.text.size(); ++i) {
        out.chars[i] = cell.text[i];
    }
    out.width = static_cast<char>(std::max<std::uint8_t>(1, cell.width));
    out.attrs.bold = cell.style.bold ? 1 : 0;
    out.attrs.italic = cell.style.italic ? 1 : 0;
    out.attrs.underline = cell.style.underline ? 1 : 0;
    out.attrs.strike = cell.style.strike ? 1 : 0;
    out.attrs.reverse = cell.style.reverse ? 1 : 0;
    const auto fill = [](VTermColor& color, const TerminalColor& from, std::uint8_t isDefault) {
        if (from.kind == TerminalColor::Kind::Indexed) {
            vterm_color_indexed(&color, from.value[0]);
        } else {
            vterm_color_rgb(&color, from.value[0], from.value[1], from.value[2]);
        }
        color.type |= from.kind == TerminalColor::Kind::Default ? isDefault : 0;
    };
    fill(out.fg, cell.style.foreground, VTERM_COLOR_DEFAULT_FG);
    fill(out.bg, cell.style.background, VTERM_COLOR_DEFAULT_BG);
    return out;
}

/// Never written to: it need not be kept.
bool isBlank(const VTermScreenCell& cell) {
    return cell.chars[0] == 0 && VTERM_COLOR_IS_DEFAULT_BG(&cell.bg) && cell.attrs.reverse == 0;
}

VTermModifier modifiersOf(Qt::KeyboardModifiers modifiers) {
    int out = VTERM_MOD_NONE;
    out |= modifiers.testFlag(Qt::ShiftModifier) ? VTERM_MOD_SHIFT : 0;
    out |= modifiers.testFlag(Qt::AltModifier) ? VTERM_MOD_ALT : 0;
    out |= modifiers.testFlag(Qt::ControlModifier) ? VTERM_MOD_CTRL : 0;
    return static_cast<VTermModifier>(out);
}

VTermKey specialKeyOf(int key) {
    static constexpr std::pair<int, VTermKey> kKeys[] = {{Qt::Key_Return, VTERM_KEY_ENTER},  {Qt::Key_Enter, VTERM_KEY_ENTER},
                                                         {Qt::Key_Tab, VTERM_KEY_TAB},       {Qt::Key_Backtab, VTERM_KEY_TAB},
                                                         {Qt::Key_Escape, VTERM_KEY_ESCAPE}, {Qt::Key_Backspace, VTERM_KEY_BACKSPACE},
                                                         {Qt::Key_Up, VTERM_KEY_UP},         {Qt::Key_Down, VTERM_KEY_DOWN},
                                                         {Qt::Key_Left, VTERM_KEY_LEFT},     {Qt::Key_Right, VTERM_KEY_RIGHT},
                                                         {Qt::Key_Insert, VTERM_KEY_INS},    {Qt::Key_Delete, VTERM_KEY_DEL},
                                                         {Qt::Key_Home, VTERM_KEY_HOME},     {Qt::Key_End, VTERM_KEY_END},
                                                         {Qt::Key_PageUp, VTERM_KEY_PAGEUP}, {Qt::Key_PageDown, VTERM_KEY_PAGEDOWN}};
    if (key >= Qt::Key_F1 && key <= Qt::Key_F12) {
        return static_cast<VTermKey>(VTERM_KEY_FUNCTION(key - Qt::Key_F1 + 1));
    }
    const auto* found = std::ranges::find(kKeys, key, &std::pair<int, VTermKey>::first);
    return found == std::end(kKeys) ? VTERM_KEY_NONE : found->second;
}

} // namespace

class Emulator::Private {
public:
    explicit Private(TerminalSize size) : vterm(vterm_new(size.rows, size.columns)) {
        vterm_set_utf8(vterm, 1);
        vterm_output_set_callback(vterm, &Private::onOutput, this);
        screen = vterm_obtain_screen(vterm);
        static constexpr VTermScreenCallbacks kCallbacks{nullptr, nullptr, &Private::onCursor, &Private::onProperty,
                                                         nullptr, nullptr, &Private::onPush,   &Private::onPop};
        vterm_screen_set_callbacks(screen, &kCallbacks, this);
        vterm_screen_enable_altscreen(screen, 1);
        vterm_screen_set_damage_merge(screen, VTERM_DAMAGE_SCREEN);
        vterm_screen_reset(screen, 1);
    }
    ~Private() { vterm_free(vterm); }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    void write(const QByteArray& sound) const { vterm_input_write(vterm, sound.constData(), static_cast<size_t>(sound.size())); }
    void moveCursor(VTermPos to) const {
        write(QByteArray("\x1b[" + QByteArray::number(to.row + 1) + ';' + QByteArray::number(to.col + 1) + 'H'));
    }
    [[nodiscard]] int lastTextRow() const;
    static void onOutput(const char* bytes, size_t count, void* self) {
        QByteArray& input = static_cast<Private*>(self)->input;
        if (input.size() + static_cast<qsizetype>(count) <= kMaxInput) {
            input.append(bytes, static_cast<qsizetype>(count));
        }
    }
    static int onCursor(VTermPos pos, VTermPos, int, void* self) {
        static_cast<Private*>(self)->cursor = pos;
        return 1;
    }
    static int onProperty(VTermProp property, VTermValue* value, void* self);
    static int onPush(int columns, const VTermScreenCell* cells, void* self);
    static int onPop(int columns, VTermScreenCell* cells, void* self);

    [[nodiscard]] TerminalLine screenLine(int row, int columns) const;
    /// A line by its number, of history or screen.
    [[nodiscard]] TerminalLine line(qint64 number) const;
    void forgetOldest() {
        historyCells -= static_cast<qint64>(history.front().size());
        history.pop_front();
        ++forgotten;
    }
    [[nodiscard]] qint64 screenStart() const { return forgotten + static_cast<qint64>(history.size()); }

    VTerm* vterm;
    VTermScreen* screen = nullptr;
    TerminalFilter filter;
    VTermPos cursor{};
    bool cursorVisible = true;
    CursorShape shape = CursorShape::Block;
    MouseReports mouse = MouseReports::None;
    bool alternate = false;
    std::deque<TerminalLine> history;
    qint64 historyCells = 0;
    qint64 forgotten = 0; ///< Lines that were in history once.
    QByteArray input;
};

int Emulator::Private::onProperty(VTermProp property, VTermValue* value, void* self) {
    auto& d = *static_cast<Private*>(self);
    switch (property) {
    case VTERM_PROP_CURSORVISIBLE:
        d.cursorVisible = value->boolean != 0;
        return 1;
    case VTERM_PROP_CURSORSHAPE:
        d.shape = value->number == VTERM_PROP_CURSORSHAPE_UNDERLINE  ? CursorShape::Underline
                  : value->number == VTERM_PROP_CURSORSHAPE_BAR_LEFT ? CursorShape::Bar
                                                                     : CursorShape::Block;
        return 1;
    case VTERM_PROP_ALTSCREEN:
        d.alternate = value->boolean != 0;
        return 1;
    case VTERM_PROP_MOUSE:
        d.mouse = static_cast<MouseReports>(std::clamp(value->number, 0, 3));
        return 1;
    default: // Titles, icon names and what blinks: not the program's to decide.
        return 1;
    }
}

int Emulator::Private::onPush(int columns, const VTermScreenCell* cells, void* self) {
    auto& d = *static_cast<Private*>(self);
    while (columns > 0 && isBlank(cells[columns - 1])) {
        --columns;
    }
    TerminalLine line(static_cast<std::size_t>(columns));
    std::transform(cells, cells + columns, line.begin(), cellOf);
    d.historyCells += static_cast<qint64>(line.size());
    d.history.push_back(std::move(line));
    while (static_cast<int>(d.history.size()) > kMaxHistoryLines || d.historyCells > kMaxHistoryCells) {
        d.forgetOldest();
    }
    return 1;
}

int Emulator::Private::onPop(int columns, VTermScreenCell* cells, void* self) {
    auto& d = *static_cast<Private*>(self);
    if (d.history.empty()) {
        return 0;
    }
    TerminalLine line = std::move(d.history.back());
    d.history.pop_back();
    d.historyCells -= static_cast<qint64>(line.size());
    line.resize(static_cast<std::size_t>(columns));
    std::ranges::transform(line, cells, cellFor);
    return 1;
}

TerminalLine Emulator::Private::screenLine(int row, int columns) const {
    TerminalLine line;
    line.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
        VTermScreenCell cell{};
        vterm_screen_get_cell(screen, {row, column}, &cell);
        line.push_back(cellOf(cell));
        if (cell.width == 2 && column + 1 < columns) {
            line.push_back({.width = 0, .style = line.back().style});
            ++column;
        }
    }
    return line;
}

int Emulator::Private::lastTextRow() const {
    int row = 0;
    int columns = 0;
    vterm_get_size(vterm, &row, &columns);
    for (--row; row > 0 && vterm_screen_is_eol(screen, {row, 0}) != 0;) {
        --row;
    }
    return row;
}

TerminalLine Emulator::Private::line(qint64 number) const {
    const qint64 start = screenStart();
    if (number < forgotten) {
        return {};
    }
    if (number < start) {
        return history[static_cast<std::size_t>(number - forgotten)];
    }
    int rows = 0;
    int columns = 0;
    vterm_get_size(vterm, &rows, &columns);
    return number - start < rows ? screenLine(static_cast<int>(number - start), columns) : TerminalLine();
}

Emulator::Emulator(TerminalSize size) : d(std::make_unique<Private>(size)) {}
Emulator::~Emulator() = default;

void Emulator::write(QByteArrayView bytes) {
    d->write(d->filter.pass(bytes));
    vterm_screen_flush_damage(d->screen);
}

void Emulator::resize(TerminalSize size) {
    const TerminalSize wanted{std::clamp(size.rows, 1, kLargestTerminal.rows), std::clamp(size.columns, 2, kLargestTerminal.columns)};
    if (wanted == this->size()) {
        return;
    }
    const TerminalSize before = this->size();
    const VTermPos cursor = d->cursor;
    // As in xterm, margins end with a change of size: libvterm keeps those that lie outside of the new one, and scrolls
    // there. It scrolls the last text into sight, and the cursor off the screen where that stands higher: so that it
    // waits on the last line meanwhile.
    const int last = std::max(cursor.row, d->lastTextRow());
    const int scrolled = d->alternate ? 0 : std::max(0, last + 1 - wanted.rows);
    d->write("\x1b[?69l\x1b[?6l\x1b[r");
    d->moveCursor({last, cursor.col});
    vterm_set_size(d->vterm, wanted.rows, wanted.columns);
    if (wanted.rows < before.rows || wanted.columns < before.columns) {
        d->moveCursor({std::clamp(cursor.row - scrolled, 0, wanted.rows - 1), std::min(cursor.col, wanted.columns - 1)});
        d->write("\x1b"
                 "7"); // Nor would it look whether a saved cursor is on the screen still.
    } else {
        d->moveCursor({d->cursor.row - (last - cursor.row), cursor.col});
    }
    vterm_screen_flush_damage(d->screen);
}

TerminalSize Emulator::size() const {
    TerminalSize size;
    vterm_get_size(d->vterm, &size.rows, &size.columns);
    return size;
}

void Emulator::press(const KeyPress& key) {
    const auto special = specialKeyOf(key.key);
    auto modifiers = modifiersOf(key.modifiers);
    const bool plain = special == VTERM_KEY_ENTER || special == VTERM_KEY_ESCAPE || special == VTERM_KEY_BACKSPACE;
    if (special != VTERM_KEY_NONE) {
        // Shells know no Shift+Enter; libvterm would send what only few programs read.
        const int kept = plain ? modifiers & VTERM_MOD_ALT : modifiers | (key.key == Qt::Key_Backtab ? VTERM_MOD_SHIFT : 0);
        vterm_keyboard_key(d->vterm, special, static_cast<VTermModifier>(kept));
        return;
    }
    const auto alt = static_cast<VTermModifier>(modifiers & VTERM_MOD_ALT);
    if ((modifiers & VTERM_MOD_CTRL) != 0 && key.key >= Qt::Key_Space && key.key <= Qt::Key_AsciiTilde) {
        // As ever since ASCII: the lower five bits; of Ctrl+Space and Ctrl+@, NUL.
        const std::uint32_t control = key.key == Qt::Key_Space ? 0U : static_cast<std::uint32_t>(key.key) & 0x1fU;
        if (key.key == Qt::Key_Space || key.key >= Qt::Key_At) {
            if (control == 0) {
                vterm_keyboard_unichar(d->vterm, ' ', VTERM_MOD_CTRL);
            } else {
                vterm_keyboard_unichar(d->vterm, control, alt);
            }
            return;
        }
    }
    for (const char32_t each : key.text.toUcs4()) {
        vterm_keyboard_unichar(d->vterm, each, alt);
    }
}

void Emulator::paste(const QString& text) {
    vterm_keyboard_start_paste(d->vterm);
    QString lines = text;
    lines.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    for (const char32_t each : lines.toUcs4()) {
        if (each == U'\n' || each == U'\r') {
            vterm_keyboard_unichar(d->vterm, U'\r', VTERM_MOD_NONE);
        } else if (each == U'\t' || (each >= 0x20 && each != 0x7f && (each < 0x80 || each > 0x9f))) {
            vterm_keyboard_unichar(d->vterm, each, VTERM_MOD_NONE);
        }
    }
    vterm_keyboard_end_paste(d->vterm);
}

void Emulator::report(const MouseReport& mouse) {
    if (d->mouse == MouseReports::None) {
        return; // libvterm would tell a program that has not asked.
    }
    const auto modifiers = modifiersOf(mouse.modifiers);
    vterm_mouse_move(d->vterm, mouse.row, mouse.column, modifiers);
    if (mouse.button > 0) {
        vterm_mouse_button(d->vterm, mouse.button, mouse.pressed, modifiers);
    }
}

QByteArray Emulator::takeInput() {
    return std::exchange(d->input, {});
}

qint64 Emulator::screenLine() const {
    return d->screenStart();
}

qint64 Emulator::historyLines() const {
    return d->alternate ? 0 : static_cast<qint64>(d->history.size());
}

TerminalFrame Emulator::frame(qint64 back) const {
    TerminalFrame out;
    out.size = size();
    out.screenLine = d->screenStart();
    out.oldestLine = out.screenLine - historyLines();
    out.firstLine = out.screenLine - std::clamp<qint64>(back, 0, historyLines());
    for (qint64 row = 0; row < out.size.rows; ++row) {
        out.lines.push_back(d->line(out.firstLine + row));
    }
    out.cursorRow = d->cursor.row + static_cast<int>(out.screenLine - out.firstLine);
    out.cursorColumn = d->cursor.col;
    out.cursorVisible = d->cursorVisible;
    out.cursor = d->shape;
    out.mouse = d->mouse;
    out.alternate = d->alternate;
    return out;
}

QString Emulator::text(const TerminalRange& range) const {
    QString out;
    const qint64 end = std::min(range.end.line, d->screenStart() + size().rows - 1);
    for (qint64 number = std::max(range.begin.line, d->forgotten); number <= end; ++number) {
        TerminalLine line = d->line(number);
        const auto width = static_cast<int>(line.size());
        if (number == range.end.line) {
            line.resize(static_cast<std::size_t>(std::clamp(range.end.column, 0, width)));
        }
        if (number == range.begin.line) {
            line.erase(line.begin(), line.begin() + std::clamp(range.begin.column, 0, static_cast<int>(line.size())));
        }
        out += textOf(line) + (number < end ? QStringLiteral("\n") : QString());
    }
    return out;
}

} // namespace podleaf::ui
