#include <cstdio>
#include <system_error>

std::error_code report();
std::error_code report_with_other_options();
bool is_timeout(std::error_code const& code);
bool is_same_code(std::error_code const& code);
bool is_condition(std::error_code const& code);

int main() {
    auto const same = report();
    auto const other = report_with_other_options();
    bool const results[] = {
        is_timeout(same),  is_condition(same),  is_same_code(same),
        is_timeout(other), is_condition(other),
    };
    auto good = true;
    for (auto const result : results) {
        std::printf("%d", result);
        good = good && result;
    }
    std::printf("\n");
    return good ? 0 : 1;
}
