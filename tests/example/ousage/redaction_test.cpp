#include "example/ousage/redaction.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ousage::program;

TEST(Redaction, ReplacesWholeWords) {
    auto redaction = Redaction();
    redaction.add("/home/me", "~");
    redaction.add("nas", "<host>");
    redaction.add("", "x");
    EXPECT_EQ(redaction.apply("no /home/me/.ollama at nas:11434"), "no ~/.ollama at <host>:11434");
    EXPECT_EQ(redaction.apply("/home/melanie nasty my-nas"), "/home/melanie nasty my-nas");
    EXPECT_EQ(redaction.apply("nas"), "<host>");
    EXPECT_EQ(redaction.apply(""), "");
}

TEST(Redaction, ReplacesLongerTextsFirst) {
    auto redaction = Redaction();
    redaction.add("gate", "<host>");
    redaction.add("gate.example", "<cloud>");
    EXPECT_EQ(redaction.apply("gate gate.example"), "<host> <cloud>");
}

TEST(Redaction, ReplacementIsNotReplacedAgain) {
    auto redaction = Redaction();
    redaction.add("host", "<host>");
    EXPECT_EQ(redaction.apply("host host"), "<host> <host>");
}

TEST(Redaction, RemovesEmailAddresses) {
    auto const redaction = Redaction();
    EXPECT_EQ(redaction.apply("of me.x+y@mail.example, now"), "of <e-mail>, now");
    EXPECT_EQ(redaction.apply("a@b c@d"), "<e-mail> <e-mail>");
    EXPECT_EQ(redaction.apply("@ x@ @y"), "@ x@ @y");
}

TEST(Redaction, RemovesAddressesOfOtherMachines) {
    auto const redaction = Redaction();
    EXPECT_EQ(redaction.apply("to 192.168.1.20:11434: refused"), "to <address>:11434: refused");
    EXPECT_EQ(redaction.apply("http://10.0.0.1."), "http://<address>.");
    EXPECT_EQ(redaction.apply("[fe80::1]:80 2001:db8::7"), "[<address>]:80 <address>");
    EXPECT_EQ(
        redaction.apply("127.0.0.1:1 [::1]:80 0.0.0.0 0.33.1 16:04:05 add: face"),
        "127.0.0.1:1 [::1]:80 0.0.0.0 0.33.1 16:04:05 add: face");
}

} // namespace
