#pragma once

#include <ousage/ollama/log/engine_tasks.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL std::string short_model_name(std::string_view name) {
    for (std::string_view const part : {"registry.ollama.ai/", "library/"}) {
        if (!name.starts_with(part)) {
            break;
        }
        name.remove_prefix(part.size());
    }
    return std::string(name);
}

OUSAGE_DECL std::optional<EngineRecord> EngineTasks::add(EngineLine const& line) {
    using enum EngineEvent;
    has_tasks_ = has_tasks_ || line.event == task_started || line.event == released;
    has_engine_ = has_engine_ || line.slot >= 0 || line.event == input_truncated ||
                  line.event == engine_starting || line.event == engine_started;
    has_cached_ = has_cached_ || line.event == cached;
    switch (line.event) {
    case task_started: start(line); break;
    case prompt: set_prompt(line); break;
    case cached: set_cached(line); break;
    case timing_header:
        header_slot_ = line.slot;
        header_task_ = line.task;
        break;
    case input_eval:
    case output_eval:
    case total: set_timing(line); break;
    case cancelled: cancel(line); break;
    case released: return release(line);
    case input_truncated: {
        auto record = EngineRecord{};
        record.kind = EngineRecordKind::truncated_input;
        record.model = only_model_;
        return record;
    }
    case engine_starting:
        is_starting_ = true;
        load_ = EngineModel{std::string(line.text), {}};
        loaded_ = EngineRecord::unknown_model;
        break;
    case model_loading:
        if (load_ && load_->digest.empty()) {
            load_->digest = std::string(line.text);
        }
        break;
    case engine_started:
        if (is_starting_) {
            is_starting_ = false;
            auto record = EngineRecord{};
            record.kind = EngineRecordKind::load;
            record.load_ns = line.duration_ns;
            return record;
        }
        break;
    case template_selected:
        if (load_ && load_->name.empty()) {
            load_->name = short_model_name(line.text);
            if (loaded_ < models_.size() && models_[loaded_].name.empty()) {
                models_[loaded_].name = load_->name;
            }
        }
        break;
    case runners_loaded: end_load(line); break;
    case server_started: reset(); break;
    case compute_found:
    case layers_offloaded: break;
    }
    return std::nullopt;
}

template <class Fits>
EngineTasks::OpenTask* EngineTasks::find(EngineLine const& line, Fits&& fits) {
    auto const found = std::find_if(open_.begin(), open_.end(), [&](OpenTask const& open) {
        return open.slot == line.slot && open.task == line.task && fits(open);
    });
    return found == open_.end() ? nullptr : &*found;
}

// A slot of an engine has one task at a time. As many engines as are alive may have that slot.
OUSAGE_DECL void EngineTasks::start(EngineLine const& line) {
    auto const is_same_slot = [&line](OpenTask const& open) { return open.slot == line.slot; };
    auto const count = std::count_if(open_.begin(), open_.end(), is_same_slot);
    auto const is_full =
        runners_ && static_cast<std::uint64_t>(count) >= std::max<std::uint64_t>(*runners_, 1);
    if (is_full) {
        open_.erase(std::find_if(open_.begin(), open_.end(), is_same_slot));
    } else if (open_.size() == open_limit) {
        open_.erase(open_.begin());
    }
    auto task = OpenTask{};
    task.slot = line.slot;
    task.task = line.task;
    task.number = ++started_;
    task.record.model = only_model_;
    open_.push_back(task);
}

OUSAGE_DECL void EngineTasks::set_prompt(EngineLine const& line) {
    auto const fits = [](OpenTask const& open) { return !open.record.input_tokens; };
    if (find(line, fits) == nullptr) {
        // The line that starts the task was cut, or this one is repeated.
        if (find(line, [](OpenTask const&) { return true; }) != nullptr) {
            return;
        }
        start(line);
    }
    find(line, fits)->record.input_tokens = line.tokens;
}

OUSAGE_DECL void EngineTasks::set_cached(EngineLine const& line) {
    auto const lacks = [](OpenTask const& open) { return !open.record.cached_input_tokens; };
    auto* open = find(line, [&](OpenTask const& task) {
        return lacks(task) && task.record.input_tokens >= line.tokens;
    });
    open = open != nullptr ? open : find(line, lacks);
    if (open != nullptr) {
        open->record.cached_input_tokens = line.tokens;
    }
}

OUSAGE_DECL void EngineTasks::set_timing(EngineLine line) {
    if (line.task < 0) {
        line.slot = header_slot_;
        line.task = header_task_;
    }
    auto const is_input = line.event == EngineEvent::input_eval;
    auto const lacks = [&line, is_input](OpenTask const& open) {
        return is_input                                 ? !open.record.input_eval_ns
               : line.event == EngineEvent::output_eval ? !open.record.output_eval_ns
                                                        : true;
    };
    // The evaluated tokens identify the task, if two engines have tasks with the same number.
    auto const matches = [&](OpenTask const& open) {
        auto const& record = open.record;
        auto const known = record.input_tokens.value_or(0);
        auto const cached = record.cached_input_tokens.value_or(0);
        return lacks(open) && (is_input ? known - cached == line.tokens : open.is_timed);
    };
    auto* open = find(line, matches);
    open = open != nullptr ? open : find(line, lacks);
    if (open == nullptr) {
        return;
    }
    open->is_timed = true;
    if (open->is_cancelled) { // the line of the cancellation was that of another engine
        open->is_cancelled = false;
        cancel(line);
    }
    if (is_input) {
        open->record.evaluated_tokens = line.tokens;
        open->record.input_eval_ns = line.duration_ns;
    } else if (line.event == EngineEvent::output_eval) {
        open->record.output_tokens = line.tokens;
        open->record.output_eval_ns = line.duration_ns;
    }
}

// The line contains no slot.
OUSAGE_DECL void EngineTasks::cancel(EngineLine const& line) {
    for (auto const has_input : {true, false}) {
        for (auto& open : open_) {
            if (open.task == line.task && !open.is_timed && !open.is_cancelled &&
                open.record.input_tokens.has_value() == has_input) {
                open.is_cancelled = true;
                return;
            }
        }
    }
}

// Returns how badly a release fits an open task. More than one is open if several engines have
// tasks of the same slot and number.
OUSAGE_DECL int EngineTasks::misfit(OpenTask const& open, EngineLine const& line) {
    auto const input = open.record.input_tokens.value_or(0);
    auto const is_exact = line.tokens + 1 == input + open.record.output_tokens.value_or(0);
    return !open.record.input_tokens ? 5
           : open.is_timed           ? is_exact ? 0 : 4
           : open.is_cancelled       ? 2
           : line.tokens == input    ? 1
                                     : 3;
}

OUSAGE_DECL std::optional<EngineRecord> EngineTasks::release(EngineLine const& line) {
    auto best = open_.end();
    for (auto open = open_.begin(); open != open_.end(); ++open) {
        if (open->slot == line.slot && open->task == line.task &&
            (best == open_.end() || misfit(*open, line) < misfit(*best, line))) {
            best = open;
        }
    }
    if (best == open_.end()) {
        return std::nullopt;
    }
    auto task = *best;
    open_.erase(best);
    take_cached(task);
    auto record = task.record;
    record.kind = task.is_timed                                  ? EngineRecordKind::completed
                  : task.is_cancelled || take_cancel(task, line) ? EngineRecordKind::cancelled
                                                                 : EngineRecordKind::embedding;
    if (record.kind == EngineRecordKind::cancelled && record.input_tokens && !line.truncated) {
        auto const input = *record.input_tokens;
        record.output_tokens = line.tokens + 1 > input ? line.tokens + 1 - input : 0;
    }
    return record;
}

// The engine prints the cached tokens before it releases the task: they may have been assigned to a
// task of another engine.
OUSAGE_DECL void EngineTasks::take_cached(OpenTask& task) {
    auto& cached = task.record.cached_input_tokens;
    for (auto& open : open_) {
        if (!cached && open.slot == task.slot && open.task == task.task) {
            cached.swap(open.record.cached_input_tokens);
        }
    }
}

// The line of the cancellation contains no slot and may have been assigned to a task of another
// engine with the same number. Returns true if it was that of `task`.
OUSAGE_DECL bool EngineTasks::take_cancel(OpenTask const& task, EngineLine const& line) {
    auto const other = std::find_if(open_.begin(), open_.end(), [&task](OpenTask const& open) {
        return open.task == task.task && open.is_cancelled;
    });
    auto const is_embedding = task.record.input_tokens == line.tokens;
    if (other == open_.end() || is_embedding) {
        return false;
    }
    other->is_cancelled = false;
    return true;
}

OUSAGE_DECL void EngineTasks::end_load(EngineLine const& line) {
    runners_ = line.tokens;
    auto const is_known = load_ && !(load_->digest.empty() && load_->name.empty());
    loaded_ = is_known ? index_of(*load_) : EngineRecord::unknown_model;
    only_model_ = line.tokens == 1 ? loaded_ : EngineRecord::unknown_model;
    if (line.tokens == 1) {
        open_.clear(); // of engines that have ended
    }
}

OUSAGE_DECL void EngineTasks::reset() {
    open_.clear();
    runners_.reset();
    load_.reset();
    only_model_ = EngineRecord::unknown_model;
    loaded_ = EngineRecord::unknown_model;
    is_starting_ = false;
}

OUSAGE_DECL std::size_t EngineTasks::index_of(EngineModel const& model) {
    auto const found = std::find_if(models_.begin(), models_.end(), [&](EngineModel const& other) {
        return other.digest == model.digest && other.name == model.name;
    });
    if (found != models_.end()) {
        return static_cast<std::size_t>(found - models_.begin());
    }
    if (models_.size() == model_limit) {
        return EngineRecord::unknown_model;
    }
    models_.push_back(model);
    return models_.size() - 1;
}

} // namespace OUSAGE_NAMESPACE::ollama
