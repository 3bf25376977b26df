# cmake -D INCLUDE=directory -P includes_test.cmake
# Checks that each header includes a header of the standard library or of Asio, OpenSSL, SQLite, zlib,
# fmt or simdjson for each name that it uses: itself, or through its own includes of ousage/. The target
# `headers` cannot detect one that is missing, because it precompiles these headers.

cmake_minimum_required(VERSION 3.25)

get_filename_component(INCLUDE "${INCLUDE}" ABSOLUTE)

set(rule_count 0)
# names(headers regex): a text that matches `regex` needs one of the headers, which are a regex, too. `@`
# is the end of a name.
macro(names headers regex)
    math(EXPR rule_count "${rule_count} + 1")
    set(headers_${rule_count} "${headers}")
    string(REPLACE "@" "[^a-zA-Z0-9_]" regex_${rule_count} "${regex}")
endmacro()

# std_names(headers name...) and asio_names(headers name...): names in these namespaces.
macro(std_names headers)
    string(REPLACE ";" "|" alternatives "${ARGN}")
    names("${headers}" "std::(${alternatives})@")
endmacro()
macro(asio_names headers)
    string(REPLACE ";" "|" alternatives "${ARGN}")
    names("${headers}" "asio::(${alternatives})@")
endmacro()

foreach(name IN ITEMS
        any array atomic bitset condition_variable deque forward_list future list map mutex optional
        queue regex set span stack stop_token thread tuple unordered_map unordered_set variant vector)
    std_names(${name} ${name})
endforeach()
std_names("string" string)
std_names("string_view|string" string_view)
std_names("string" to_string)
std_names("chrono" chrono)
std_names("filesystem" filesystem)
std_names("memory" unique_ptr shared_ptr weak_ptr enable_shared_from_this)
std_names("memory" make_unique make_shared)
std_names("functional" function)
std_names("functional" hash invoke reference_wrapper plus less greater)
std_names("map" multimap)
std_names("set" multiset)
std_names("thread" jthread this_thread)
std_names("stop_token" stop_source stop_callback)
std_names("mutex" lock_guard unique_lock scoped_lock once_flag call_once)
std_names("mutex" timed_mutex defer_lock)
std_names("shared_mutex" shared_mutex)
std_names("condition_variable" condition_variable_any)
std_names("variant" monostate visit get_if holds_alternative)
std_names("optional" nullopt nullopt_t)
std_names("cstdint" "u?int(8|16|32|64|max|ptr)_t")
std_names("cstddef" size_t ptrdiff_t byte nullptr_t max_align_t)
std_names("limits" numeric_limits)
std_names(
    "system_error"
    error_code error_category error_condition system_error errc generic_category
    system_category
)
std_names("charconv" from_chars to_chars chars_format)
std_names(
    "bit"
    bit_cast countr_zero countr_one countl_zero popcount endian rotl rotr bit_ceil bit_width
    has_single_bit
)
std_names(
    "algorithm"
    sort stable_sort min max clamp copy copy_n find find_if find_if_not any_of all_of none_of
    count count_if lower_bound upper_bound equal_range binary_search transform replace
    remove_if unique reverse rotate equal mismatch search fill fill_n min_element max_element
    nth_element partial_sort partition lexicographical_compare for_each
)
std_names("algorithm|ranges" ranges)
std_names("numeric" accumulate iota reduce inner_product partial_sum)
std_names(
    "iterator"
    prev next distance advance move_iterator back_inserter inserter make_move_iterator
    istreambuf_iterator reverse_iterator make_reverse_iterator
)
std_names(
    "utility"
    move forward exchange swap pair make_pair as_const declval index_sequence
    make_index_sequence in_place in_place_type unreachable cmp_less cmp_greater in_range
    in_place_index
)
std_names("tuple|utility|array" apply tie tuple_element_t tuple_size_v tuple_size)
std_names(
    "type_traits"
    "is_[a-z_]+_v" is_same is_constant_evaluated "remove_[a-z]+_t" remove_cvref_t decay_t
    conditional_t enable_if_t underlying_type_t invoke_result_t true_type false_type
    bool_constant integral_constant type_identity void_t
)
std_names(
    "concepts"
    same_as convertible_to derived_from integral signed_integral unsigned_integral
    floating_point invocable regular equality_comparable constructible_from
    default_initializable
)
std_names("compare" strong_ordering weak_ordering partial_ordering)
std_names(
    "exception"
    exception exception_ptr current_exception rethrow_exception make_exception_ptr terminate
)
std_names("stdexcept" runtime_error logic_error invalid_argument out_of_range length_error)
std_names("initializer_list" initializer_list)
std_names(
    "random"
    mt19937 mt19937_64 random_device uniform_int_distribution uniform_real_distribution
    minstd_rand
)
std_names("fstream" ifstream ofstream fstream)
std_names("sstream" istringstream ostringstream stringstream)
std_names("iostream" cout cerr cin)
std_names("cstring" memcpy memcmp memchr memmove memset strlen strcmp strerror)
std_names(
    "cstdlib"
    getenv strtod strtol strtoul strtoull abort exit malloc free aligned_alloc llabs
)
std_names("cmath|cstdlib" abs)
std_names(
    "cmath"
    isnan isfinite isinf floor ceil round llround lround pow sqrt log log10 exp trunc fmod
    nextafter ldexp signbit
)
std_names("cctype" isdigit isalpha isalnum isspace tolower toupper isxdigit)
std_names("cstdio" snprintf printf fprintf fopen FILE fputs fwrite)
std_names("typeinfo|typeindex" type_info type_index)
std_names("new" bad_alloc)
std_names("ratio|chrono" milli micro nano ratio)
asio_names("asio/awaitable.hpp" awaitable)
asio_names("asio/use_awaitable.hpp" use_awaitable)
asio_names("asio/this_coro.hpp" this_coro)
asio_names("asio/co_spawn.hpp" co_spawn)
asio_names("asio/detached.hpp" detached)
asio_names("asio/io_context.hpp" io_context)
asio_names("asio/steady_timer.hpp" steady_timer)
asio_names("asio/ip/tcp.hpp|asio/ip/basic_endpoint.hpp" ip::tcp)
asio_names("asio/ip/address.hpp|asio/ip/tcp.hpp" ip::address ip::make_address)
asio_names("asio/cancellation_type.hpp" cancellation_type cancellation_type_t)
asio_names("asio/strand.hpp" strand)
asio_names("asio/strand.hpp" make_strand)
asio_names("asio/any_io_executor.hpp|asio/awaitable.hpp" any_io_executor)
asio_names("asio/redirect_error.hpp" redirect_error)
asio_names("asio/read_until.hpp" async_read_until)
asio_names("asio/read.hpp" async_read)
asio_names("asio/write.hpp" async_write)
asio_names("asio/async_result.hpp" async_initiate)
asio_names("asio/.*" error_code error buffer mutable_buffer const_buffer)
asio_names("asio/execution_context.hpp" execution_context)
asio_names("asio/system_error.hpp" system_error)
asio_names("asio/basic_waitable_timer.hpp|asio/steady_timer.hpp" basic_waitable_timer)
asio_names("asio/ip/network_v4.hpp" ip::network_v4 ip::make_network_v4)
asio_names("asio/ip/network_v6.hpp" ip::network_v6 ip::make_network_v6)
asio_names("asio/ip/.*" ip::address_v4 ip::make_address_v4 ip::address_v6)
asio_names("asio/post.hpp" post)
asio_names("asio/as_tuple.hpp" as_tuple)
asio_names("asio/deferred.hpp" deferred)
asio_names("asio/experimental/as_tuple.hpp" experimental::as_tuple)
asio_names("asio/experimental/deferred.hpp" experimental::deferred)
names("asio/ssl/.*" "asio::ssl::")
asio_names("asio/experimental/parallel_group.hpp" experimental::make_parallel_group)
asio_names("asio/experimental/awaitable_operators.hpp" experimental::awaitable_operators)
names("fmt/.*" "fmt::")
names("simdjson.h" "simdjson::")
names("sqlite3.h" "[^a-z_]sqlite3_[a-z0-9_]+[(]")
names("zlib.h" "[^a-z_]z_stream@")

# ousage_in_<header> and others_in_<header>: what it includes itself.
file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/ousage/*.hpp")
foreach(header IN LISTS headers)
    file(STRINGS "${INCLUDE}/${header}" lines REGEX "^ *# *include *[<\"]")
    set(ousage_in_${header} "")
    set(others_in_${header} "")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^[^<\"]*[<\"]([^>\"]*)[>\"].*" "\\1" included "${line}")
        if(included MATCHES "^ousage/")
            # A header does not rely on the includes of the definitions at its end.
            if(NOT included MATCHES "/impl/" OR header MATCHES "/impl/|/src")
                list(APPEND ousage_in_${header} "${included}")
            endif()
        else()
            list(APPEND others_in_${header} "${included}")
        endif()
    endforeach()
endforeach()

set(wrong 0)
set(seen 0)
foreach(header IN LISTS headers)
    # Every header that this one reaches.
    set(reached "${header}")
    set(open "${header}")
    set(others "")
    while(open)
        list(POP_FRONT open next)
        list(APPEND others ${others_in_${next}})
        foreach(included IN LISTS ousage_in_${next})
            if(NOT DEFINED ousage_in_${included})
                message(FATAL_ERROR "${next} includes ${included}, which does not exist")
            endif()
            if(NOT included IN_LIST reached)
                list(APPEND reached "${included}")
                list(APPEND open "${included}")
            endif()
        endforeach()
    endwhile()
    file(READ "${INCLUDE}/${header}" text)
    string(REGEX REPLACE "//[^\n]*" "" text "${text}")
    foreach(rule RANGE 1 ${rule_count})
        if(text MATCHES "${regex_${rule}}")
            math(EXPR seen "${seen} + 1")
            set(name "${CMAKE_MATCH_0}")
            set(needed "${headers_${rule}}")
            set(found ${others})
            list(FILTER found INCLUDE REGEX "^(${needed})$")
            if(NOT found)
                message("${header}: uses ${name} without <${needed}>")
                math(EXPR wrong "${wrong} + 1")
            endif()
        endif()
    endforeach()
endforeach()
if(wrong)
    message(FATAL_ERROR "${wrong} includes are missing")
endif()
if(seen EQUAL 0)
    message(FATAL_ERROR "no name was found in ${INCLUDE}")
endif()
