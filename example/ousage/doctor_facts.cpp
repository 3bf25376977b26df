#include "example/ousage/doctor_report.hpp"
#include <ousage/config.hpp>
#include <ousage/version.hpp>

#include <asio/version.hpp>
#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#if OUSAGE_WITH_TLS
#    include <openssl/crypto.h>
#endif
#if OUSAGE_WITH_SQLITE
#    include <sqlite3.h>
#endif
#if OUSAGE_WITH_ZLIB
#    include <zlib.h>
#endif

#include <filesystem>
#include <string>
#include <system_error>

namespace ousage::program {

namespace {

// `9.1.0` from 90100.
std::string dotted(int version) {
    return std::to_string(version / 10'000) + "." + std::to_string(version / 100 % 100) + "." +
           std::to_string(version % 100);
}

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "g++ " __VERSION__;
#endif
}

std::string libraries() {
    auto text = "Asio " + std::to_string(ASIO_VERSION / 100'000) + "." +
                std::to_string(ASIO_VERSION / 100 % 1'000) + "." +
                std::to_string(ASIO_VERSION % 100) + ", fmt " + dotted(FMT_VERSION);
#if OUSAGE_WITH_TLS
    text += std::string(", ") + OpenSSL_version(OPENSSL_VERSION);
#else
    text += ", no TLS";
#endif
#if OUSAGE_WITH_SQLITE
    text += std::string(", SQLite ") + sqlite3_libversion();
#else
    text += ", no SQLite";
#endif
#if OUSAGE_WITH_ZLIB
    text += std::string(", zlib ") + zlibVersion();
#else
    text += ", no zlib";
#endif
    return text + (OUSAGE_WITH_SYSTEMD != 0 ? ", systemd" : ", no systemd");
}

std::string system_name() {
    auto name = utsname{};
    return ::uname(&name) == 0
               ? std::string(name.sysname) + " " + name.release + ", " + name.machine
               : "unknown";
}

// True if a directory has a journal of the system that this user cannot read.
bool is_closed(std::filesystem::path const& directory) {
    std::error_code error;
    for (auto next = std::filesystem::directory_iterator(directory, error);
         !error && next != std::filesystem::directory_iterator(); next.increment(error)) {
        auto const file = next->path() / "system.journal";
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored) && ::access(file.c_str(), R_OK) != 0) {
            return true;
        }
    }
    return false;
}

} // namespace

DoctorFacts doctor_facts() {
    auto facts = DoctorFacts{};
    facts.versions = {
        {"ousage", OUSAGE_VERSION ", " + compiler()},
        {"built on", libraries()},
        {"system", system_name()},
    };
    facts.is_journal_closed = is_closed("/var/log/journal") || is_closed("/run/log/journal");
    return facts;
}

} // namespace ousage::program
