#pragma once

#include <ousage/io/platform/proc_file.hpp>
#include <ousage/io/platform/process_table.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// Reads a decimal number from the front of the text, after spaces and tabs, and removes it.
template <class T>
std::optional<T> take_number(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    auto number = T{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// Removes the next field, which is not empty. Returns false if there is none.
inline bool skip_field(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    auto const size = std::min(text.find(' '), text.size());
    text.remove_prefix(size);
    return size > 0;
}

inline std::optional<std::uint32_t> parse_pid(std::string_view name) {
    auto rest = name;
    if (name.empty() || name.front() < '1' || name.front() > '9') {
        return std::nullopt;
    }
    auto const pid = take_number<std::uint32_t>(rest);
    return rest.empty() ? pid : std::nullopt;
}

inline std::string_view without_newline(std::string_view text) {
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace detail

OUSAGE_DECL std::optional<Process> parse_process_stat(std::string_view text) {
    auto process = Process{};
    auto rest = text;
    auto const pid = detail::take_number<std::uint32_t>(rest);
    auto const end = text.rfind(')');
    if (!pid || !rest.starts_with(" (") || end == text.npos ||
        text.data() + end < rest.data() + 2) {
        return std::nullopt;
    }
    auto const* const name = rest.data() + 2;
    process.pid = *pid;
    process.name = std::string(name, static_cast<std::size_t>(text.data() + end - name));
    rest = text.substr(end + 1);
    if (!detail::skip_field(rest)) { // state
        return std::nullopt;
    }
    auto const parent = detail::take_number<std::uint32_t>(rest);
    if (!parent) {
        return std::nullopt;
    }
    process.parent = *parent;
    for (int field = 5; field < 22; ++field) {
        if (!detail::skip_field(rest)) {
            return std::nullopt;
        }
    }
    auto const start = detail::take_number<std::uint64_t>(rest);
    // A number at the end of the text may be truncated.
    if (!start || rest.empty()) {
        return std::nullopt;
    }
    process.start = *start;
    return process;
}

OUSAGE_DECL std::optional<std::uint32_t> parse_process_user(std::string_view text) {
    auto at = text.starts_with("Uid:") ? 0 : text.find("\nUid:");
    if (at == text.npos) {
        return std::nullopt;
    }
    auto rest = text.substr(at + (text[at] == '\n' ? 5 : 4));
    auto const real = detail::take_number<std::uint32_t>(rest);
    auto const effective = real ? detail::take_number<std::uint32_t>(rest) : std::nullopt;
    return rest.empty() ? std::nullopt : effective;
}

OUSAGE_DECL std::vector<std::string> parse_command_line(std::string_view text) {
    auto arguments = std::vector<std::string>{};
    for (auto end = text.find('\0'); end != text.npos; end = text.find('\0')) {
        arguments.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return arguments;
}

OUSAGE_DECL std::optional<std::vector<Process>>
ProcessTable::find(std::function<bool(std::string_view)> const& is_wanted) const {
    std::error_code error;
    auto entry = std::filesystem::directory_iterator(root_, error);
    if (error) {
        return std::nullopt;
    }
    auto found = std::vector<Process>{};
    auto path = root_.string() + "/";
    auto const size = path.size();
    for (; entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        auto const file = entry->path().filename().string();
        auto const pid = detail::parse_pid(file);
        if (!pid) {
            continue;
        }
        path.resize(size);
        (path += file) += "/comm";
        auto const name = read_proc_file(path, 64);
        if (!name || !is_wanted(detail::without_newline(*name))) {
            continue;
        }
        if (auto process = at(*pid); process && is_wanted(process->name)) {
            found.push_back(std::move(*process));
        }
    }
    return found;
}

OUSAGE_DECL std::optional<Process> ProcessTable::at(std::uint32_t pid) const {
    auto const text = read_proc_file(root_ / std::to_string(pid) / "stat");
    auto process = text ? parse_process_stat(*text) : std::nullopt;
    return process && process->pid == pid ? process : std::nullopt;
}

OUSAGE_DECL std::optional<std::uint32_t> ProcessTable::user(std::uint32_t pid) const {
    auto const text = read_proc_file(root_ / std::to_string(pid) / "status", 64 * 1024);
    return text ? parse_process_user(*text) : std::nullopt;
}

OUSAGE_DECL std::vector<std::string> ProcessTable::command_line(std::uint32_t pid) const {
    auto const text = read_proc_file(root_ / std::to_string(pid) / "cmdline", 64 * 1024);
    return text ? parse_command_line(*text) : std::vector<std::string>{};
}

OUSAGE_DECL bool ProcessTable::is_hidden() const {
    return !at(1);
}

OUSAGE_DECL bool ProcessTable::is_initial_namespace() const {
    // The number is PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h.
    auto error = std::error_code{};
    auto const name = std::filesystem::read_symlink(root_ / "self" / "ns" / "pid", error);
    return error || name == "pid:[4026531836]";
}

} // namespace OUSAGE_NAMESPACE::io
