#include "example/exporter/http/parser.hpp"

#include <algorithm>

namespace ousage::program::http {

namespace {

bool equals(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, {}, [](char character) {
        return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                    : character;
    });
}

// Returns the status for an error of llhttp at the byte `at`.
int status_of(llhttp_errno_t code, char at) {
    switch (code) {
    case HPE_INVALID_METHOD: return at >= 'A' && at <= 'Z' ? 501 : 400;
    case HPE_INVALID_VERSION:
    case HPE_PAUSED_H2_UPGRADE: return 505;
    default: return 400;
    }
}

// True if a proxy adds a header with that name to the requests that it forwards.
bool is_of_proxy(std::string_view name) {
    return equals(name, "forwarded") || equals(name, "x-forwarded-for") ||
           equals(name, "x-forwarded-host") || equals(name, "x-forwarded-proto") ||
           equals(name, "x-forwarded-server") || equals(name, "x-real-ip") || equals(name, "via");
}

void trim(std::string& text) {
    auto const end = text.find_last_not_of(" \t");
    text.resize(end == text.npos ? 0 : end + 1);
}

} // namespace

template <void (Parser::*Member)(std::string_view)>
int Parser::on_data(llhttp_t* parser, char const* bytes, std::size_t size) {
    auto& self = *static_cast<Parser*>(parser->data);
    (self.*Member)({bytes, size});
    return self.request_.refusal == 0 ? 0 : -1;
}

template <int (Parser::*Member)()>
int Parser::on_event(llhttp_t* parser) {
    auto& self = *static_cast<Parser*>(parser->data);
    auto const result = (self.*Member)();
    return self.request_.refusal == 0 ? result : -1;
}

llhttp_settings_t const& Parser::settings() {
    static auto const made = [] {
        auto callbacks = llhttp_settings_t();
        ::llhttp_settings_init(&callbacks);
        callbacks.on_message_begin = &on_event<&Parser::start_message>;
        callbacks.on_url = &on_data<&Parser::add_target>;
        callbacks.on_header_field = &on_data<&Parser::add_name>;
        callbacks.on_header_value = &on_data<&Parser::add_value>;
        callbacks.on_header_value_complete = &on_event<&Parser::end_field>;
        callbacks.on_headers_complete = &on_event<&Parser::end_head>;
        callbacks.on_message_complete = &on_event<&Parser::end_message>;
        return callbacks;
    }();
    return made;
}

Parser::Parser() {
    ::llhttp_init(&parser_, HTTP_REQUEST, &settings());
    parser_.data = this;
    begin();
}

void Parser::begin() {
    request_ = Request();
    has_begun_ = false;
    in_head_ = true;
    size_ = fields_ = hosts_ = codings_ = 0;
    name_.clear();
    value_.clear();
}

Parser::Stop Parser::parse(std::string_view& input) {
    auto const in_head = in_head_;
    auto const limit = in_head ? max_head : max_body;
    // No byte beyond the limit is parsed, so that the result does not depend on the pieces.
    auto const part = input.substr(0, limit - size_);
    auto const* const bytes = part.data() == nullptr ? "" : part.data();
    auto const code = ::llhttp_execute(&parser_, bytes, part.size());
    auto const* const at = ::llhttp_get_error_pos(&parser_);
    auto const has_position = code != HPE_OK && at != nullptr;
    auto const taken = has_position ? static_cast<std::size_t>(at - bytes) : part.size();
    input.remove_prefix(taken);
    if (code != HPE_OK && code != HPE_PAUSED) {
        refuse(status_of(code, taken < part.size() ? *at : '\0'));
    }
    size_ += taken;
    if (code == HPE_OK && size_ >= limit) {
        refuse(in_head ? 431 : 413);
    }
    if (in_head != in_head_) {
        size_ = 0;
    }
    if (request_.refusal != 0) {
        request_.keep_alive = false;
        return Stop::end;
    }
    if (code == HPE_OK) {
        return Stop::input;
    }
    ::llhttp_resume(&parser_);
    return in_head ? Stop::head : Stop::end;
}

void Parser::finish() {
    if (has_begun_) {
        refuse(400);
        request_.keep_alive = false;
    }
}

void Parser::refuse(int status) {
    if (request_.refusal == 0) {
        request_.refusal = status;
    }
}

void Parser::require(bool good, int status) {
    if (!good) {
        refuse(status);
    }
}

void Parser::append(std::string& text, std::string_view part, std::size_t limit, int status) {
    if (text.size() + part.size() > limit) {
        refuse(status);
    } else {
        text += part;
    }
}

int Parser::start_message() {
    has_begun_ = true;
    return 0;
}

void Parser::add_target(std::string_view part) {
    append(request_.target, part, max_target, 414);
}

void Parser::add_name(std::string_view part) {
    if (in_head_) { // ignores trailers, whose size is limited with the body
        append(name_, part, max_name, 431);
    }
}

void Parser::add_value(std::string_view part) {
    if (in_head_) {
        append(value_, part, max_value, 431);
    }
}

int Parser::end_field() {
    if (!in_head_) {
        return 0;
    }
    trim(value_);
    require(++fields_ <= max_fields, 431);
    require(!name_.empty(), 400); // llhttp 8.1 accepts an empty name
    auto const keep = [this](std::string& into) {
        if (!into.empty()) {
            into += ", ";
        }
        append(into, value_, max_value, 431);
    };
    if (equals(name_, "host")) {
        ++hosts_;
        require(value_.find_first_of(" \t/?#@\"<>\\^`{|}") == value_.npos, 400);
        keep(request_.host);
    } else if (equals(name_, "transfer-encoding")) {
        require(equals(value_, "chunked"), 501);
        require(++codings_ == 1, 400);
    } else if (equals(name_, "expect")) {
        request_.expects_continue = equals(value_, "100-continue");
    } else if (equals(name_, "authorization")) {
        keep(request_.authorization);
    } else if (equals(name_, "accept")) {
        keep(request_.accept);
    } else if (equals(name_, "accept-encoding")) {
        keep(request_.accept_encoding);
    } else if (equals(name_, "x-prometheus-scrape-timeout-seconds")) {
        keep(request_.scrape_timeout);
    } else if (is_of_proxy(name_)) {
        request_.is_forwarded = true;
    }
    name_.clear();
    value_.clear();
    return 0;
}

int Parser::end_head() {
    in_head_ = false;
    parser_.upgrade = 0; // what follows is HTTP
    request_.is_head = parser_.method == HTTP_HEAD;
    request_.is_http_1_0 = parser_.http_minor == 0;
    require(parser_.http_major == 1, 505);
    require(hosts_ == 1 || (hosts_ == 0 && request_.is_http_1_0), 400);
    require(codings_ == 0 || !request_.is_http_1_0, 400);
    require(parser_.content_length <= max_body, 413);
    require(parser_.method == HTTP_GET || request_.is_head, 405);
    auto const has_body = codings_ != 0 || parser_.content_length != 0;
    request_.expects_continue = request_.expects_continue && has_body && !request_.is_http_1_0;
    return HPE_PAUSED;
}

int Parser::end_message() {
    request_.keep_alive = ::llhttp_should_keep_alive(&parser_) != 0;
    return HPE_PAUSED;
}

} // namespace ousage::program::http
