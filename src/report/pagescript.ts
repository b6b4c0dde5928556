/**
 * The script of the page: theme, patterns, which tables go on beyond their edge, and for each figure its drawing as SVG and PNG and its data as CSV. Without it the
 * page misses only these. It is kept as text, because the page's policy names its hash: it must be the same bytes however
 * the program was built.
 *
 * A drawing is given away as it is shown, at its width and in its theme: each element gets the values that the style sheet
 * gives it, and title and subtitle are put above it. The PNG is that drawing on a canvas, at twice the size.
 */
export const PAGE_SCRIPT = `(function(){
"use strict";
var root=document.documentElement,theme=document.getElementById("theme"),pats=document.getElementById("patterns");
var dark=function(){return root.dataset.theme?root.dataset.theme==="dark":matchMedia("(prefers-color-scheme:dark)").matches};
var show=function(){theme.textContent=dark()?"Light":"Dark";theme.setAttribute("aria-label","Switch to "+(dark()?"light":"dark")+" theme")};
theme.addEventListener("click",function(){root.dataset.theme=dark()?"light":"dark";show()});
pats.addEventListener("click",function(){pats.setAttribute("aria-pressed",String(document.body.classList.toggle("pats")))});
matchMedia("(prefers-color-scheme:dark)").addEventListener("change",show);
theme.hidden=pats.hidden=false;show();

var tables=Array.prototype.slice.call(document.querySelectorAll(".tw"));
var measure=function(){tables.forEach(function(table){
var more=table.scrollWidth>table.clientWidth+1,scrolls=more||table.scrollHeight>table.clientHeight+1;
table.classList.toggle("more",more);
if(scrolls)table.tabIndex=0;else table.removeAttribute("tabindex");
})};
addEventListener("resize",measure);addEventListener("beforeprint",measure);document.addEventListener("toggle",measure,true);measure();

var data=JSON.parse(document.getElementById("data").textContent);
var NS=document.querySelector("svg").namespaceURI;
var PROPERTIES=["fill","fill-opacity","stroke","stroke-width","stroke-opacity","stroke-dasharray","stroke-linejoin","opacity","font-size","font-weight","text-anchor","paint-order","shape-rendering","display"];
var PLAIN={"fill-opacity":"1","stroke":"none","stroke-opacity":"1","stroke-dasharray":"none","stroke-linejoin":"miter","opacity":"1","font-weight":"400","text-anchor":"start","paint-order":"normal","shape-rendering":"auto","display":"inline"};
var painted=function(from,to){
var seen=getComputedStyle(from),stroked=seen.getPropertyValue("stroke")!=="none",text=from.localName==="text"||from.localName==="tspan";
PROPERTIES.forEach(function(name){
var value=seen.getPropertyValue(name);
if(!value||value===PLAIN[name]||(/^font|^text/.test(name)&&!text)||(/^stroke-/.test(name)&&!stroked))return;
if(/^url/.test(value))value="url"+"("+value.slice(value.indexOf("#")).replace(/["')].*$/,"")+")";
to.setAttribute(name,value);
});
to.removeAttribute("class");
for(var i=0;i<from.children.length;i++)painted(from.children[i],to.children[i]);
};
var lines=function(text,width,font){
var pen=document.createElement("canvas").getContext("2d"),out=[],line="";
pen.font=font;
text.split(" ").forEach(function(word){
var longer=line?line+" "+word:word;
if(line&&pen.measureText(longer).width>width){out.push(line);line=word}else line=longer;
});
return line?out.concat(line):out;
};
var standalone=function(figure){
var shown=Array.prototype.filter.call(figure.querySelectorAll("svg"),function(svg){return svg.getBoundingClientRect().width>0})[0];
var box=shown.viewBox.baseVal,width=box.width,family=getComputedStyle(shown).fontFamily,ink=getComputedStyle(root);
var out=document.createElementNS(NS,"svg"),group=document.createElementNS(NS,"g"),y=16;
var say=function(text,size,weight,fill,step){
lines(text,width,weight+" "+size+"px "+family).forEach(function(line){
var t=document.createElementNS(NS,"text");
t.setAttribute("x","0");t.setAttribute("y",String(y));t.setAttribute("font-size",size+"px");t.setAttribute("font-weight",weight);t.setAttribute("fill",ink.getPropertyValue(fill).trim());
t.textContent=line;group.appendChild(t);y+=step;
});
};
say(figure.querySelector("h3").textContent,17,"600","--ink",23);
say(figure.querySelector("figcaption p").textContent,14,"400","--ink2",20);
var copy=shown.cloneNode(true);
painted(shown,copy);
Array.prototype.slice.call(copy.querySelectorAll("[display=none]")).forEach(function(hidden){hidden.remove()});
var defs=document.querySelector("svg defs"),own=defs.cloneNode(true);
painted(defs,own);
Array.prototype.slice.call(own.children).forEach(function(pattern){if(copy.outerHTML.indexOf("#"+pattern.id)<0)pattern.remove()});
var inner=document.createElementNS(NS,"g");
inner.setAttribute("transform","translate(0 "+(y+2)+")");
while(copy.firstChild)inner.appendChild(copy.firstChild);
var height=y+2+box.height+32;
var paper=document.createElementNS(NS,"rect");
paper.setAttribute("width","100%");paper.setAttribute("height","100%");paper.setAttribute("fill",ink.getPropertyValue("--paper").trim());
group.setAttribute("transform","translate(24 24)");
group.appendChild(inner);
out.setAttribute("width",String(width+48));out.setAttribute("height",String(height+24));out.setAttribute("viewBox","0 0 "+(width+48)+" "+(height+24));
out.setAttribute("font-family",family);
["title","desc"].forEach(function(name){var own=inner.querySelector(name);if(own)out.appendChild(own)});
out.appendChild(own);out.appendChild(paper);out.appendChild(group);
return {text:new XMLSerializer().serializeToString(out),width:width+48,height:height+24};
};
var give=function(blob,name){
var link=document.createElement("a"),address=URL.createObjectURL(blob);
link.href=address;link.download=name;
document.body.appendChild(link);link.click();link.remove();
setTimeout(function(){URL.revokeObjectURL(address)},1000);
};
var svgBlob=function(svg){return new Blob(['<?xml version="1.0" encoding="UTF-8"?>\\n'+svg.text+"\\n"],{type:"image/svg+xml"})};
var WAYS={
SVG:function(figure,name){give(svgBlob(standalone(figure)),name+".svg")},
PNG:function(figure,name){
var svg=standalone(figure),address=URL.createObjectURL(svgBlob(svg)),image=new Image();
image.onload=function(){
var canvas=document.createElement("canvas");
canvas.width=2*svg.width;canvas.height=2*svg.height;
canvas.getContext("2d").drawImage(image,0,0,canvas.width,canvas.height);
URL.revokeObjectURL(address);
canvas.toBlob(function(blob){give(blob,name+".png")},"image/png");
};
image.setAttribute("src",address);
},
CSV:function(figure,name){give(new Blob([data[name]],{type:"text/csv"}),name+".csv")}
};
Array.prototype.forEach.call(document.querySelectorAll(".take"),function(place){
var id=place.dataset.of,figure=document.getElementById(id);
place.setAttribute("role","group");place.setAttribute("aria-label","Take this figure along");
Object.keys(WAYS).forEach(function(way){
var button=document.createElement("button");
button.type="button";button.textContent=way;
button.setAttribute("aria-label",way==="CSV"?"Save the data as CSV":"Save the figure as "+way);
button.addEventListener("click",function(){WAYS[way](figure,id)});
place.appendChild(button);
});
place.hidden=false;
});
})();`;
