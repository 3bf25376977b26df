#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

/// One sample line of an exposition.
struct Sample {
    std::string name;
    std::map<std::string, std::string> labels;
    std::string number;
};

/// Strict parser of an exposition; throws if the text violates the format.
class ExpositionReader {
public:
    ExpositionReader(std::string const& text, bool open_metrics) : open_metrics_(open_metrics) {
        require(!text.empty() && text.back() == '\n', "no newline at the end");
        auto lines = std::istringstream(text);
        auto line = std::string{};
        bool ended = false;
        while (std::getline(lines, line)) {
            require(!ended, "text after # EOF");
            require(!line.empty() && line.find('\r') == line.npos, "an empty line or a CR");
            if (line == "# EOF") {
                require(open_metrics, "# EOF in text 0.0.4");
                ended = true;
            } else if (line.starts_with("# ")) {
                comment(line.substr(2));
            } else {
                sample(line);
            }
        }
        require(ended == open_metrics, "no # EOF");
    }

    std::vector<Sample> const& samples() const { return samples_; }

    std::map<std::string, std::string> const& types() const { return types_; }

    std::map<std::string, std::string> const& units() const { return units_; }

    /// Returns the value of the sample with that name and labels; empty if there is none.
    std::string
    number(std::string const& name, std::map<std::string, std::string> const& labels = {}) const {
        for (auto const& sample : samples_) {
            if (sample.name == name && sample.labels == labels) {
                return sample.number;
            }
        }
        return {};
    }

    double
    value(std::string const& name, std::map<std::string, std::string> const& labels = {}) const {
        auto const text = number(name, labels);
        return text.empty() ? std::nan("") : std::strtod(text.c_str(), nullptr);
    }

    std::size_t count(std::string const& name) const {
        std::size_t found = 0;
        for (auto const& sample : samples_) {
            found += sample.name == name ? 1u : 0u;
        }
        return found;
    }

private:
    static void require(bool good, std::string const& what) {
        if (!good) {
            throw std::runtime_error(what);
        }
    }

    void comment(std::string const& text) {
        auto words = std::istringstream(text);
        auto kind = std::string{}, name = std::string{}, rest = std::string{};
        words >> kind >> name;
        std::getline(words >> std::ws, rest);
        if (name != family_) {
            require(families_.insert(name).second, "duplicate family: " + name);
            family_ = name;
        }
        require(kind == "TYPE" || kind == "HELP" || (open_metrics_ && kind == "UNIT"), kind);
        if (kind == "TYPE") {
            require(types_.emplace(name, rest).second, "two TYPE of " + name);
        } else if (kind == "UNIT") {
            require(name.ends_with("_" + rest), "a unit that the name has not: " + name);
            units_[name] = rest;
        }
    }

    void sample(std::string const& line) {
        auto sample = Sample{};
        std::size_t at = 0;
        while (at < line.size() && (std::isalnum(static_cast<unsigned char>(line[at])) != 0 ||
                                    line[at] == '_' || line[at] == ':')) {
            ++at;
        }
        sample.name = line.substr(0, at);
        require(at > 0, "no name: " + line);
        if (at < line.size() && line[at] == '{') {
            at = labels(line, at + 1, sample);
        }
        require(at < line.size() && line[at] == ' ', "no space: " + line);
        sample.number = line.substr(at + 1);
        char* end = nullptr;
        std::strtod(sample.number.c_str(), &end);
        require(end != nullptr && *end == '\0' && !sample.number.empty(), "no number: " + line);
        belongs(sample.name);
        require(seen_.emplace(sample.name, sample.labels).second, "duplicate series: " + line);
        samples_.push_back(std::move(sample));
    }

    static std::size_t labels(std::string const& line, std::size_t at, Sample& into) {
        while (true) {
            auto const equals = line.find("=\"", at);
            require(equals != line.npos, "no label: " + line);
            auto const name = line.substr(at, equals - at);
            auto value = std::string{};
            for (at = equals + 2; at < line.size() && line[at] != '"'; ++at) {
                if (line[at] == '\\') {
                    ++at;
                    require(at < line.size(), line);
                    require(line[at] == '\\' || line[at] == '"' || line[at] == 'n', line);
                    value += line[at] == 'n' ? '\n' : line[at];
                } else {
                    value += line[at];
                }
            }
            require(into.labels.emplace(name, value).second, "duplicate label: " + line);
            require(at + 1 < line.size(), "an open label: " + line);
            if (line[at + 1] == '}') {
                return at + 2;
            }
            require(line[at + 1] == ',', "no comma: " + line);
            at += 2;
        }
    }

    void belongs(std::string const& name) const {
        auto const type = types_.find(family_);
        require(type != types_.end(), "no TYPE before " + name);
        auto allowed = std::set<std::string>{};
        auto const& kind = type->second;
        if (kind == "histogram") {
            allowed = {family_ + "_bucket", family_ + "_sum", family_ + "_count"};
        } else if (open_metrics_ && kind == "counter") {
            allowed = {family_ + "_total"};
        } else if (open_metrics_ && kind == "info") {
            allowed = {family_ + "_info"};
        } else {
            allowed = {family_};
        }
        if (open_metrics_ && (kind == "counter" || kind == "histogram")) {
            allowed.insert(family_ + "_created");
        }
        require(allowed.contains(name), name + " is not of " + family_);
    }

    bool open_metrics_;
    std::string family_;
    std::set<std::string> families_;
    std::map<std::string, std::string> types_, units_;
    std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
    std::vector<Sample> samples_;
};

} // namespace ousage::test
